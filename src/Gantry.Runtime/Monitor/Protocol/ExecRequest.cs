namespace Gantry.Runtime.Monitor.Protocol;

/// <summary>
/// A further process for a running container. It gets the container's namespaces, cgroups, seccomp filter, rlimits and,
/// unless <see cref="Privileged"/>, its capabilities.
/// </summary>
public sealed record ExecRequest
{
    /// <summary>Chosen by the caller, unique in this container.</summary>
    public required string Id { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The whole environment, <c>NAME=value</c>.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    public string WorkingDirectory { get; init; } = "/";

    public uint UserId { get; init; }

    public uint GroupId { get; init; }

    public IReadOnlyList<uint> AdditionalGroups { get; init; } = [];

    public bool Terminal { get; init; }

    /// <summary>Rows and columns of the terminal; 0 leaves the kernel's.</summary>
    public ushort Rows { get; init; }

    public ushort Columns { get; init; }

    public bool Privileged { get; init; }

    internal byte[] ToFrame(MonitorStreams streams) => new FlatWriter(FrameType.ExecAttach, (byte)streams)
        .String(Id)
        .Strings(Arguments)
        .Strings(Environment)
        .String(WorkingDirectory)
        .UInt32(UserId)
        .UInt32(GroupId)
        .UInt32s(AdditionalGroups)
        .Flag(Terminal)
        .UInt16(Rows)
        .UInt16(Columns)
        .Flag(Privileged)
        .ToFrame();

    internal static ExecRequest Read(ReadOnlySpan<byte> payload)
    {
        var reader = new FlatReader(payload);
        return new ExecRequest
        {
            Id = reader.String(),
            Arguments = reader.Strings(),
            Environment = reader.Strings(),
            WorkingDirectory = reader.String(),
            UserId = reader.UInt32(),
            GroupId = reader.UInt32(),
            AdditionalGroups = reader.UInt32s(),
            Terminal = reader.Flag(),
            Rows = reader.UInt16(),
            Columns = reader.UInt16(),
            Privileged = reader.Flag(),
        };
    }
}
