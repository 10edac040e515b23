using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.History;

/// <summary>As in BuildKit's protocol.</summary>
internal enum HistoryEventKind
{
    Started = 0,
    Ended = 1,
    Deleted = 2,
}

/// <summary>Something became of a build.</summary>
internal sealed record HistoryEvent(HistoryEventKind Kind, BuildRecord Record)
{
    public ProtoWriter Message() => new ProtoWriter().Integer(1, (long)Kind).Message(2, Record.Message());
}
