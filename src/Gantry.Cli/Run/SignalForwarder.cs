using System.Runtime.InteropServices;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Run;

/// <summary>Passes signals that a user or supervisor sends to this process on to the container, instead of dying of them.</summary>
internal sealed class SignalForwarder : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    public SignalForwarder(GantryClient client, string id)
    {
        foreach (var (signal, name) in new[]
        {
            (PosixSignal.SIGINT, "INT"), (PosixSignal.SIGTERM, "TERM"), (PosixSignal.SIGHUP, "HUP"), (PosixSignal.SIGQUIT, "QUIT"),
            ((PosixSignal)10, "USR1"), ((PosixSignal)12, "USR2"), (PosixSignal.SIGCONT, "CONT"), (PosixSignal.SIGTSTP, "TSTP"),
        })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Send(client, id, name);
            }));
        }
    }

    public void Dispose() => _registrations.ForEach(r => r.Dispose());

    private static void Send(GantryClient client, string id, string signal)
    {
        try
        {
            client.KillAsync(id, signal).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is GantryException or IOException or System.Net.Sockets.SocketException)
        {
            // It has exited meanwhile; its exit is what we wait for anyway.
        }
    }
}
