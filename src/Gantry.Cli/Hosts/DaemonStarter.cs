using System.Diagnostics;
using System.Net.Sockets;
using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Hosts;

/// <summary>Starts gantryd when nothing listens on the default socket and the user may.</summary>
internal static class DaemonStarter
{
    private const string Log = "/var/log/gantryd.log";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <returns>False where this user or machine cannot start one.</returns>
    /// <exception cref="CommandLineException">It was started and does not answer.</exception>
    public static bool Start(DaemonAddress address)
    {
        var program = Path.Combine(Path.GetDirectoryName(Environment.ProcessPath) ?? "/", "gantryd");
        if (!Environment.IsPrivilegedProcess || !File.Exists(program)) return false;

        // setsid(1) leaves our session, so that neither the terminal's hang-up nor Ctrl-C reaches the daemon.
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "exec setsid --fork \"$0\" </dev/null >>\"$1\" 2>&1", program, Log },
        }) ?? throw new CommandLineException($"cannot start {program}", 125);
        shell.WaitForExit();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            if (Answers(address)) return true;
            Thread.Sleep(10);
        }

        throw new CommandLineException($"started {program}, but it does not answer at {address.Text} after {Patience.TotalSeconds:0} seconds; its messages are in {Log}", 125);
    }

    private static bool Answers(DaemonAddress address)
    {
        try
        {
            using var client = new GantryClient(new ClientOptions { Address = address, Blocking = true });
            return client.GetAsync("/version").AsTask().GetAwaiter().GetResult().ValueKind != System.Text.Json.JsonValueKind.Undefined;
        }
        catch (Exception e) when (e is Spec.GantryException or SocketException or IOException)
        {
            return false;
        }
    }
}
