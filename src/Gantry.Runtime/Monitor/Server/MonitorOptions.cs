namespace Gantry.Runtime.Monitor.Server;

/// <summary>What of monitor.json matters while the container runs.</summary>
internal sealed record MonitorOptions(string Id, bool Terminal, bool OpenStdin, bool StdinOnce, bool RemovedAtExit, string Program);

/// <summary>Where the monitor's files are.</summary>
internal sealed record MonitorPaths(string Bundle, string ExitPath)
{
    public string Socket => Path.Combine(Bundle, MonitorSettings.SocketName);

    /// <summary>On a disk, where the bundle is in memory.</summary>
    public string SpillDirectory => Path.GetDirectoryName(ExitPath) is { Length: > 0 } directory ? directory : ".";
}
