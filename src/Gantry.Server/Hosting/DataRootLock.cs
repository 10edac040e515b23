using System.Globalization;
using Gantry.Spec;

namespace Gantry.Server.Hosting;

/// <summary>One daemon for one data root. The kernel gives the lock back however the daemon ends.</summary>
internal sealed class DataRootLock : IDisposable
{
    // A program that a killed daemon was just starting has its descriptors until it is executed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly FileStream _file;

    private DataRootLock(FileStream file) => _file = file;

    public static DataRootLock Take(string dataRoot)
    {
        Directory.CreateDirectory(dataRoot);
        var path = Path.Combine(dataRoot, "gantryd.lock");
        for (var left = Patience; ; left -= Pause)
        {
            try
            {
                // FileShare.None is flock(2) LOCK_EX | LOCK_NB here.
                var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
                file.SetLength(0);
                file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
                return new DataRootLock(file);
            }
            catch (IOException failure) when (failure is not (DirectoryNotFoundException or PathTooLongException or FileNotFoundException))
            {
                if (left <= TimeSpan.Zero)
                {
                    throw new ConflictException($"another gantryd works on {dataRoot}; stop it, or give this one another --data-root and --exec-root", failure);
                }

                Thread.Sleep(Pause);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
