using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;

namespace Gantry.Cli.Commands;

/// <summary>system dial-stdio: a connection to the daemon as standard input and output, for who comes by ssh.</summary>
internal static class DialStdioCommand
{
    public static ValueTask<int> RunAsync(Invocation call)
    {
        using var connection = call.Client.Dial();
        new Thread(() => SendInput(connection)) { IsBackground = true }.Start();
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = connection.Read(buffer, 0, buffer.Length)) > 0) call.Out.Standard.Write(buffer.AsSpan(0, count));
        return new(0);
    }

    private static void SendInput(Client.HijackedStream connection)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = StandardStream.Input.Read(buffer)) > 0) connection.Write(buffer, 0, count);
            connection.CloseWrite();
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or IOException or ObjectDisposedException)
        {
            // The daemon went; who reads from it sees its end.
        }
    }
}
