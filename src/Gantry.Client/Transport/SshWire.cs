using System.ComponentModel;
using System.Diagnostics;
using Gantry.Spec;

namespace Gantry.Client.Transport;

/// <summary>ssh(1), and at its other end a program that passes its input and output on to the daemon there.</summary>
internal sealed class SshWire : Wire
{
    // The first of the two that is installed; sh, because the user's shell there may be any.
    private const string Choice = "if command -v gantry >/dev/null; then exec gantry \"$@\"; else exec docker \"$@\"; fi";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SshHost _host;
    private readonly bool _blocking;
    private readonly Process _process;
    private readonly Task<string> _complaint;
    private readonly Stream _input;
    private readonly Stream _output;
    private bool _answered;

    public SshWire(SshHost host, bool blocking)
    {
        (_host, _blocking) = (host, blocking);
        // setsid(1): Ctrl-C is for the container, and must not end the connection it is sent by.
        var start = new ProcessStartInfo("setsid") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("ssh");
        foreach (var word in WordsFor(host)) start.ArgumentList.Add(word);
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new UnavailableException($"cannot start ssh for {host.Text}: {e.Message}", e);
        }

        (_input, _output) = (_process.StandardOutput.BaseStream, _process.StandardInput.BaseStream);
        _complaint = _process.StandardError.ReadToEndAsync();
    }

    public override bool IsStale => _process.HasExited;

    internal static IReadOnlyList<string> WordsFor(SshHost host)
    {
        List<string> words = ["-o", "ConnectTimeout=30", "-T"];
        if (host.User.Length > 0) words.AddRange(["-l", host.User]);
        if (host.Port.Length > 0) words.AddRange(["-p", host.Port]);
        var arguments = host.Path.Length > 0 ? $"--host {Quote($"unix://{host.Path}")} system dial-stdio" : "system dial-stdio";
        return [.. words, "--", host.Name, $"sh -c {Quote(Choice)} sh {arguments}"];
    }

    public override async ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        var count = _blocking ? _input.Read(destination.Span) : await _input.ReadAsync(destination, cancellationToken).ConfigureAwait(false);
        if (count == 0 && !_answered) throw await RefusalAsync().ConfigureAwait(false);
        _answered = true;
        return count;
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        try
        {
            if (_blocking)
            {
                _output.Write(source.Span);
                _output.Flush();
                return;
            }

            await _output.WriteAsync(source, cancellationToken).ConfigureAwait(false);
            await _output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException) when (!_answered)
        {
            throw await RefusalAsync().ConfigureAwait(false);
        }
    }

    public override void ShutdownWrite() => _output.Dispose();

    public override void Dispose()
    {
        // It ends with its input.
        _output.Dispose();
        _input.Dispose();
        _process.Dispose();
    }

    private async ValueTask<UnavailableException> RefusalAsync()
    {
        var said = await Task.WhenAny(_complaint, Task.Delay(Patience)).ConfigureAwait(false) == _complaint ? (await _complaint.ConfigureAwait(false)).Trim() : "";
        return new UnavailableException($"cannot reach a daemon by ssh at {_host.Text}: {(said.Length > 0 ? said : "the connection was closed")}");
    }

    /// <summary>One word for a POSIX shell.</summary>
    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
