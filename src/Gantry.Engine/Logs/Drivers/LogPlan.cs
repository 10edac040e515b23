using Gantry.Runtime.Monitor.Logs;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>What a container's monitor has to know of its log.</summary>
internal sealed record LogPlan
{
    public LogFilePlan? File { get; init; }

    /// <summary>What stands in the file with each message.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public LogReceiver? Receiver { get; init; }
}

/// <summary>The file that is written, and read by <c>logs</c>.</summary>
internal sealed record LogFilePlan(string Path, LogFormat Format, long MaxSize, int MaxFiles, bool Compress);
