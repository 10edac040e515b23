using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Linux.Terminals;

namespace Gantry.Runtime.Commands;

/// <summary>Stands before a process of a container: passes signals and a terminal's bytes on until it ends.</summary>
internal static class Foreground
{
    private const int StandardInput = 0;
    private const int WindowChanged = 28;

    // All that other programs send to tell something; the container's own are not ours to pass on.
    private static readonly int[] Passed = [1, 2, 3, 10, 12, 15];

    public static ExitStatus Wait(PidFd process, FileDescriptor? terminal)
    {
        // A program that ends at once needs none of what follows.
        const int milliseconds = 5;
        if (terminal is null && process.AwaitEnd(milliseconds))
        {
            return process.Wait();
        }

        List<PosixSignalRegistration> registrations = [];
        foreach (var signal in Passed)
        {
            registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
            {
                context.Cancel = true;
                process.TrySignal(signal);
            }));
        }

        try
        {
            return terminal is null ? process.Wait() : WaitWithTerminal(process, terminal, registrations);
        }
        finally
        {
            foreach (var registration in registrations)
            {
                registration.Dispose();
            }
        }
    }

    private static ExitStatus WaitWithTerminal(PidFd process, FileDescriptor terminal, List<PosixSignalRegistration> registrations)
    {
        using var raw = Terminal.IsTerminal(StandardInput) ? Terminal.MakeRaw(StandardInput) : null;
        Resize(terminal);
        registrations.Add(PosixSignalRegistration.Create((PosixSignal)WindowChanged, _ => Resize(terminal)));
        using var master = terminal.Duplicate().IntoFileHandle();
        var input = new Thread(() => Copy(new(StandardInput, ownsHandle: false), master)) { IsBackground = true };
        input.Start();
        Copy(master, new(1, ownsHandle: false));
        return process.Wait();
    }

    private static void Resize(FileDescriptor terminal)
    {
        if (Terminal.SizeOf(StandardInput) is { } size)
        {
            Terminal.Resize(terminal, size.Rows, size.Columns);
        }
    }

    /// <summary>Copies until the end; a terminal whose other side is closed says EIO.</summary>
    private static void Copy(Microsoft.Win32.SafeHandles.SafeFileHandle from, Microsoft.Win32.SafeHandles.SafeFileHandle to)
    {
        var buffer = new byte[4096];
        try
        {
            while (RandomAccess.Read(from, buffer, 0) is > 0 and var length)
            {
                RandomAccess.Write(to, buffer.AsSpan(0, length), 0);
            }
        }
        catch (IOException)
        {
        }
    }
}
