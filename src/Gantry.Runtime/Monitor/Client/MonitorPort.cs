using System.Net;
using System.Runtime.InteropServices;
using Gantry.Linux.Sockets;

namespace Gantry.Runtime.Monitor.Client;

/// <summary>A port of the host for the monitor to serve.</summary>
/// <param name="Socket">Bound, and listening where there are connections; the monitor gets a copy, so the caller may close it.</param>
/// <param name="Transport">How.</param>
/// <param name="Target">Where what comes there goes: the container's address and port.</param>
public sealed record MonitorPort(SafeHandle Socket, SocketTransport Transport, IPEndPoint Target);
