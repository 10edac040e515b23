namespace Gantry.Runtime.Monitor.Client;

/// <summary>A started exec.</summary>
/// <param name="Id">As asked for.</param>
/// <param name="ProcessId">Its process, as the host numbers it.</param>
/// <param name="Stream">Its streams; ends when the process has ended and all its output is read. Disposing it only detaches.</param>
/// <param name="ExitCode">Completes when the process has ended; 137 when the container's monitor was killed.</param>
public sealed record MonitorExec(string Id, int ProcessId, MonitorStream Stream, Task<int> ExitCode);
