namespace Gantry.Runtime.Monitor.Logs;

/// <summary>One line of output, or a part of a long one, on its way to where the container logs to.</summary>
internal readonly ref struct LogMessage
{
    /// <summary>Without the end of line.</summary>
    public required ReadOnlySpan<byte> Text { get; init; }

    public required bool IsStderr { get; init; }

    /// <summary>Nanoseconds since 1970; parts of one line have the time of the first.</summary>
    public required long Time { get; init; }

    /// <summary>The end of line came after it.</summary>
    public required bool Complete { get; init; }

    /// <summary>1 for the first part of a line that is cut; 0 for a line that is not.</summary>
    public int Ordinal { get; init; }

    /// <summary>What the parts of one line have in common, as hexadecimal digits.</summary>
    public ReadOnlySpan<byte> PartId { get; init; }

    public bool IsPart => Ordinal > 0;

    public ReadOnlySpan<byte> Stream => IsStderr ? "stderr"u8 : "stdout"u8;
}
