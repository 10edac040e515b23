using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.History;

/// <summary>Which records a client asks for: a <c>BuildHistoryRequest</c>.</summary>
internal sealed record HistoryQuery
{
    /// <summary>None of what ended before.</summary>
    public bool ActiveOnly { get; init; }

    /// <summary>Of one build; empty for all.</summary>
    public string Ref { get; init; } = "";

    /// <summary>It ends with what is known now, and does not wait for more.</summary>
    public bool EarlyExit { get; init; }

    /// <summary>One of them must fit.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>The newest that many; 0 for all.</summary>
    public int Limit { get; init; }

    public static HistoryQuery Parse(ReadOnlySpan<byte> message)
    {
        var filters = new List<string>();
        var query = new HistoryQuery { Filters = filters };
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    query = query with { ActiveOnly = reader.Flag() };
                    break;
                case 2:
                    query = query with { Ref = reader.Text() };
                    break;
                case 3:
                    query = query with { EarlyExit = reader.Flag() };
                    break;
                case 4:
                    filters.Add(reader.Text());
                    break;
                case 5:
                    query = query with { Limit = (int)reader.Integer() };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return query;
    }
}
