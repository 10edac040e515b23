using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>How messages stand in a log file.</summary>
internal interface ILogFormat : IMessageFormat
{
    /// <summary>Ends what a machine that went down left half written, so that the next message is not glued to it.</summary>
    void Repair(AppendFile file);
}
