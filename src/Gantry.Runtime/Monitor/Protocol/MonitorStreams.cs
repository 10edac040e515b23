namespace Gantry.Runtime.Monitor.Protocol;

/// <summary>Which streams a connection carries.</summary>
[Flags]
public enum MonitorStreams : byte
{
    None = 0,
    Stdin = 1,
    Stdout = 2,
    Stderr = 4,
    All = Stdin | Stdout | Stderr,
}
