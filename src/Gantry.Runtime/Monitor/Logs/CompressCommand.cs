using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary><c>gantry-runtime compress-log</c>: standard input, a file, compressed into standard output.</summary>
internal static class CompressCommand
{
    public const string Name = "compress-log";

    public static int Run()
    {
        try
        {
            using var source = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read);
            using var target = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write);
            using var compressed = new GZipStream(target, CompressionLevel.Fastest);
            source.CopyTo(compressed);
            return 0;
        }
        catch (IOException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }
}
