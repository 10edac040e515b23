using Gantry.Engine.Backends;

namespace Gantry.Engine.Logs;

/// <summary>How messages stand in a log file.</summary>
internal abstract class LogFormat
{
    public static LogFormat Json { get; } = new JsonLogFormat();

    public static LogFormat Local { get; } = new LocalLogFormat();

    /// <summary>Takes the first message off what is there.</summary>
    /// <param name="content">A file's, from the begin of a message on.</param>
    /// <param name="details">Attributes are wanted.</param>
    /// <param name="entry">Null for bytes that are no message.</param>
    /// <returns>The bytes it takes; 0 for a message that does not end there.</returns>
    public abstract int Take(ReadOnlySpan<byte> content, bool details, out LogEntry? entry);

    /// <summary>Where in a piece of a file the first message begins; -1 for nowhere.</summary>
    public abstract int FindBegin(ReadOnlySpan<byte> content);

    /// <summary>
    /// Walks back over <paramref name="messages"/> whole messages from the end of a file. Gives the offset where they begin, and
    /// takes those found off <paramref name="messages"/>.
    /// </summary>
    public abstract long SkipBack(LogFile file, ref int messages);
}
