using Gantry.Linux.Files;
using Gantry.Linux.Native;
using Gantry.Linux.Plans;

namespace Gantry.Linux.Processes;

/// <summary>
/// Lets another process than its parent start a waiting init: two FIFOs in a directory, one that the init reads a byte
/// from, one whose closing says that it executed its program, or which carries why it could not.
/// </summary>
public sealed unsafe class StartGate : IDisposable
{
    private const string SignalName = "/exec.fifo";
    private const string FailureName = "/exec.failure";

    private StartGate(FileDescriptor signal, FileDescriptor failure)
    {
        Signal = signal;
        Failure = failure;
    }

    public FileDescriptor Signal { get; }

    public FileDescriptor Failure { get; }

    /// <summary>Makes the FIFOs and opens both for reading and writing, so that no opener waits for another.</summary>
    public static StartGate Create(string directory) =>
        new(Make(directory + SignalName), Make(directory + FailureName));

    /// <summary>Whether the init still waits.</summary>
    public static bool IsClosed(string directory) => File.Exists(directory + SignalName);

    /// <summary>Lets the init go, and waits until it executed its program.</summary>
    /// <exception cref="PlanException">It could not, and is gone.</exception>
    public static void Release(string directory)
    {
        using (var failure = Open(directory + FailureName, OpenFlags.ReadOnly | OpenFlags.NonBlocking))
        {
            using (var signal = Open(directory + SignalName, OpenFlags.WriteOnly | OpenFlags.NonBlocking))
            {
                byte go = 1;
                Libc.Check(Libc.Write(signal.Number, &go, 1), "write", directory + SignalName);
            }

            const int setStatusFlags = 4;
            _ = Libc.FcntlSet(failure.Number, setStatusFlags, 0);
            PlanMessage message;
            var length = Libc.Check(Libc.Read(failure.Number, (byte*)&message, (nuint)sizeof(PlanMessage)), "read", directory + FailureName);
            if (length == sizeof(PlanMessage))
            {
                throw Plan.Describe(message.Step, null, null, (Errno)message.Errno);
            }
        }

        File.Delete(directory + SignalName);
        File.Delete(directory + FailureName);
    }

    public void Dispose()
    {
        Signal.Dispose();
        Failure.Dispose();
    }

    private static FileDescriptor Make(string path)
    {
        fixed (byte* p = new UnixPath(path))
        {
            Libc.Check(Libc.MknodAt(Libc.AtFdCwd, p, (uint)FileKind.Fifo | 0x180 /* 0600 */, 0), "mknod", path);
        }

        return Open(path, OpenFlags.ReadWrite);
    }

    private static FileDescriptor Open(string path, OpenFlags flags)
    {
        fixed (byte* p = new UnixPath(path))
        {
            var result = Raw.OpenAt(Libc.AtFdCwd, p, flags);
            return result >= 0 ? new(result) : throw new LinuxException("open", (Errno)(-result), path);
        }
    }
}
