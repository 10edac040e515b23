using System.Runtime.InteropServices;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;

namespace Gantry.Cli.Building;

/// <summary>A directory of a context that is open: what is in it is reached without walking its path again.</summary>
internal sealed class OpenDirectory : IDisposable
{
    private const int Flags = 0x80000; // O_RDONLY | O_CLOEXEC

    private OpenDirectory(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    public static OpenDirectory At(string path) => LibC.OpenAt(LibC.CurrentDirectory, path, Flags) is >= 0 and var descriptor ? new(descriptor) : throw Failed(path);

    /// <summary>What the last call says of a path.</summary>
    public static CommandLineException Failed(string path) => new($"ERROR: open {path}: {Marshal.GetLastPInvokeErrorMessage().ToLowerInvariant()}");

    public void Dispose() => _ = LibC.Close(Descriptor);
}
