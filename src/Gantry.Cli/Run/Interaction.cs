using System.Runtime.InteropServices;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;
using Gantry.Client;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Run;

/// <summary>Joins this process's streams, terminal and signals to a container's or an exec's.</summary>
internal sealed class Interaction(Invocation call, bool tty, string? detachKeys) : IDisposable
{
    private readonly ManualResetEventSlim _detached = new();
    private readonly Lock _resize = new();
    private readonly DetachKeys? _keys = tty ? Parse(detachKeys) : null;

    public bool Detached => _detached.IsSet;

    /// <summary>Copies until the process's output ends or the user detaches.</summary>
    public void Run(HijackedStream stream, bool stdin, bool stdout, bool stderr)
    {
        using var raw = tty && stdin && Terminal.InputIsTerminal ? Terminal.MakeRaw() : null;
        if (stdin) StartThread(() => CopyInput(stream), "stdin");
        if (!stdin || !tty)
        {
            CopyOutput(stream, stdout, stderr);
            return;
        }

        // Output may stay open for as long as the container runs; a detach must not wait for it.
        using var ended = new ManualResetEventSlim();
        Exception? failure = null;
        StartThread(
            () =>
            {
                try
                {
                    CopyOutput(stream, stdout, stderr);
                }
                catch (Exception e) when (e is IOException or GantryException or System.Net.Sockets.SocketException)
                {
                    failure = e;
                }

                ended.Set();
            },
            "stdout");
        WaitHandle.WaitAny([ended.WaitHandle, _detached.WaitHandle]);
        if (!Detached && failure is not null) throw failure;
    }

    public void Dispose() => _detached.Dispose();

    /// <summary>Keeps the size of the remote terminal that of ours.</summary>
    /// <param name="target">containers/ID or exec/ID.</param>
    public IDisposable? FollowSize(string target)
    {
        if (!tty || !Terminal.OutputIsTerminal) return null;
        var signals = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Resize(target));
        if (!Resize(target)) StartThread(() => RetryResize(target), "resize");
        return signals;
    }

    /// <summary>Sends the signals that this process gets on to the container.</summary>
    public SignalForwarder ForwardSignals(string id) => new(call.Client, id);

    /// <summary>Sends the size of now. One at a time, so that the last one sent is the last one read.</summary>
    /// <returns>False when the process is not there yet, or any more.</returns>
    private bool Resize(string target)
    {
        lock (_resize)
        {
            var (rows, columns) = Terminal.Size;
            if (rows == 0 && columns == 0) return true;
            try
            {
                call.Client.ResizeAsync(target, rows, columns).AsTask().GetAwaiter().GetResult();
                return true;
            }
            catch (Exception e) when (e is GantryException or IOException or System.Net.Sockets.SocketException)
            {
                return false;
            }
        }
    }

    private void RetryResize(string target)
    {
        for (var attempt = 1; attempt <= 10; attempt++)
        {
            Thread.Sleep(attempt * 10);
            if (Resize(target)) return;
        }
    }

    private void CopyOutput(HijackedStream stream, bool stdout, bool stderr)
    {
        var output = stdout ? call.Out.Standard : Stream.Null;
        if (stream.IsMultiplexed ?? !tty)
        {
            Multiplexed.CopyAsync(stream, output, stderr ? call.Out.Error : Stream.Null).AsTask().GetAwaiter().GetResult();
            return;
        }

        var buffer = new byte[32 * 1024];
        int count;
        while ((count = stream.Read(buffer, 0, buffer.Length)) > 0) output.Write(buffer, 0, count);
    }

    private void CopyInput(HijackedStream stream)
    {
        var buffer = new byte[32 * 1024];
        var passed = new List<byte>();
        try
        {
            var input = StandardStream.Input;
            int count;
            while ((count = input.Read(buffer, 0, buffer.Length)) > 0)
            {
                if (_keys is null)
                {
                    stream.Write(buffer, 0, count);
                    continue;
                }

                passed.Clear();
                var detach = _keys.Filter(buffer.AsSpan(0, count), passed);
                stream.Write([.. passed]);
                if (!detach) continue;
                _detached.Set();
                return;
            }

            stream.CloseWrite();
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The process is gone; its output, read elsewhere, ends as well.
        }
    }

    private static void StartThread(ThreadStart work, string name) => new Thread(work, 256 * 1024) { IsBackground = true, Name = name }.Start();

    private static DetachKeys Parse(string? keys)
    {
        try
        {
            return DetachKeys.Parse(keys);
        }
        catch (FormatException e)
        {
            throw new CommandLineException($"Unknown character: '{e.Message}'");
        }
    }
}
