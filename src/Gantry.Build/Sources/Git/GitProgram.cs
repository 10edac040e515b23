using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gantry.Spec;

namespace Gantry.Build.Sources.Git;

/// <summary>
/// Runs the machine's git(1) so that neither its settings, nor the user's, nor a repository's own have a say: no hooks,
/// no prompts, no helpers, and only the protocols that are named.
/// </summary>
/// <param name="home">An empty directory.</param>
internal sealed class GitProgram(string home)
{
    private const int MostOutput = 4 << 20;
    private const int MostErrors = 16 << 10;
    private const int ShownLines = 5;
    private const int NotFound = 127;

    private static readonly string[] Inherited =
    [
        "PATH", "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH",
    ];

    private static readonly KeyValuePair<string, string>[] Settings =
    [
        new("core.hooksPath", "/dev/null"),
        new("core.logAllRefUpdates", "false"),
        new("core.fsmonitor", "false"),
        new("credential.helper", ""),
        new("gc.auto", "0"),
        new("maintenance.auto", "false"),
        new("init.defaultBranch", "main"),
        new("advice.detachedHead", "false"),
        new("fetch.recurseSubmodules", "false"),
        new("http.lowSpeedLimit", "1"),
        new("http.lowSpeedTime", "60"),
    ];

    /// <summary>What it wrote.</summary>
    /// <exception cref="GitFailedException">It says why.</exception>
    public async Task<string> RunAsync(GitCall call, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Prepare(call))!;
        process.StandardInput.Close();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var output = ReadAsync(process.StandardOutput.BaseStream, MostOutput, null, stop.Token);
        var errors = ReadAsync(process.StandardError.BaseStream, MostErrors, call.Output, stop.Token);
        var ended = Task.WhenAll(output, errors, process.WaitForExitAsync(stop.Token));
        try
        {
            var watched = call.Growing is { } directory ? SizeLimit.WatchAsync(directory, stop.Token) : Task.Delay(Timeout.Infinite, stop.Token);
            await (await Task.WhenAny(ended, watched).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        return process.ExitCode == 0 ? await output.ConfigureAwait(false) : throw Failed(process.ExitCode, await errors.ConfigureAwait(false));
    }

    private ProcessStartInfo Prepare(GitCall call)
    {
        // The umask decides the modes of what is checked out, and the daemon may have any.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "umask 022; exec git \"$@\"", "git", .. call.Arguments])
        {
            WorkingDirectory = call.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var environment = start.Environment;
        foreach (var name in environment.Keys.Where(name => !Inherited.Contains(name)).ToList())
        {
            environment.Remove(name);
        }

        environment["LC_ALL"] = "C";
        environment["HOME"] = home;
        environment["XDG_CONFIG_HOME"] = home;
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        environment["GIT_ATTR_NOSYSTEM"] = "1";
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        environment["GIT_TEMPLATE_DIR"] = home;
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_ASKPASS"] = "/bin/false";
        environment["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(home);
        // A variable that is empty allows none.
        environment["GIT_ALLOW_PROTOCOL"] = call.Protocols.Length > 0 ? call.Protocols : "none";
        foreach (var (name, value) in call.Environment)
        {
            environment[name] = value;
        }

        // In the environment, and not among the words that every user of the machine can read.
        var number = 0;
        foreach (var (key, value) in Settings.Concat(call.Settings))
        {
            environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_KEY_{number}")] = key;
            environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_VALUE_{number}")] = value;
            number++;
        }

        environment["GIT_CONFIG_COUNT"] = number.ToString(CultureInfo.InvariantCulture);
        return start;
    }

    /// <summary>The last bytes of a stream, and all of them to whoever looks on.</summary>
    private static async Task<string> ReadAsync(Stream stream, int most, Action<int, ReadOnlyMemory<byte>>? shown, CancellationToken cancellationToken)
    {
        var kept = new List<byte>();
        var buffer = new byte[16 << 10];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            shown?.Invoke(2, buffer.AsMemory(0, count));
            kept.AddRange(buffer.AsSpan(0, count));
            if (kept.Count > most)
            {
                kept.RemoveRange(0, kept.Count - most);
            }
        }

        return Encoding.UTF8.GetString([.. kept]);
    }

    private static GitFailedException Failed(int code, string errors)
    {
        if (code == NotFound && errors.Contains("not found", StringComparison.Ordinal))
        {
            throw new UnavailableException("the program git is not on the daemon's machine: install git");
        }

        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(ShownLines);
        var text = string.Join(' ', lines.Select(line => line.StartsWith("fatal: ", StringComparison.Ordinal) ? line["fatal: ".Length..] : line));
        return new(text.Length > 0 ? text : $"git ended with exit code {code}");
    }
}
