using System.Text.RegularExpressions;
using Gantry.Server.BuildKit.Control;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.History;

/// <summary>A build that a client asked for, going on or ended: the <c>BuildHistoryRecord</c> of BuildKit's control API.</summary>
internal sealed partial record BuildRecord
{
    /// <summary>The client's name for it.</summary>
    public required string Ref { get; init; }

    public string Frontend { get; init; } = "";

    /// <summary>What it was built with: the target, arguments, labels, the context's address.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<SolveExport> Exports { get; init; } = [];

    public BuildFailure? Failure { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null while it goes on.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Its course, as messages of <c>Control.Status</c>.</summary>
    public HistoryBlob? Log { get; init; }

    /// <summary>What the client was told of what became of it.</summary>
    public IReadOnlyDictionary<string, string> Response { get; init; } = new Dictionary<string, string>();

    /// <summary>How often the record changed.</summary>
    public int Generation { get; init; }

    public HistoryBlob? Trace { get; init; }

    /// <summary>It stays, however old.</summary>
    public bool IsPinned { get; init; }

    public int CachedSteps { get; init; }

    public int TotalSteps { get; init; }

    public int CompletedSteps { get; init; }

    /// <summary>All of the failure, as a <c>google.rpc.Status</c>.</summary>
    public HistoryBlob? FailureDetails { get; init; }

    public int Warnings { get; init; }

    /// <summary>How its results were made.</summary>
    public IReadOnlyList<HistoryStatement> Statements { get; init; } = [];

    public IEnumerable<HistoryBlob> Blobs => new[] { Log, Trace, FailureDetails }.OfType<HistoryBlob>().Concat(Statements.Select(statement => statement.Blob));

    public static BuildRecord Begun(SolveRequest request, DateTimeOffset at) => new()
    {
        Ref = request.Ref,
        Frontend = request.Frontend,
        Attributes = request.Attributes.ToDictionary(pair => pair.Key, pair => Credentials().Replace(pair.Value, "://xxxxx:xxxxx@")),
        Exports = request.Exports,
        CreatedAt = at,
    };

    public ProtoWriter Message()
    {
        var message = new ProtoWriter().Text(1, Ref).Text(2, Frontend).Pairs(3, Attributes);
        foreach (var export in Exports)
        {
            message.Message(4, new ProtoWriter().Text(1, export.Type).Pairs(2, export.Attributes));
        }

        if (Failure is { } failure)
        {
            message.Message(5, new ProtoWriter().Integer(1, (int)failure.Code).Text(2, failure.Message));
        }

        message.Time(6, CreatedAt).Time(7, CompletedAt);
        Add(8, Log);
        message.Pairs(9, Response);
        foreach (var statement in Statements)
        {
            _ = statement.Platform.Length == 0 ? message.Message(10, statement.Message()) : message.Message(11, statement.Entry());
        }

        message.Integer(12, Generation);
        Add(13, Trace);
        message.Flag(14, IsPinned).Integer(15, CachedSteps).Integer(16, TotalSteps).Integer(17, CompletedSteps);
        Add(18, FailureDetails);
        return message.Integer(19, Warnings);

        void Add(int field, HistoryBlob? blob)
        {
            if (blob is not null)
            {
                message.Message(field, blob.Message());
            }
        }
    }

    public static BuildRecord Parse(ReadOnlySpan<byte> message)
    {
        var (attributes, response, exports) = (new Dictionary<string, string>(), new Dictionary<string, string>(), new List<SolveExport>());
        var statements = new List<HistoryStatement>();
        var record = new BuildRecord { Ref = "", Attributes = attributes, Response = response, Exports = exports, Statements = statements };
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    record = record with { Ref = reader.Text() };
                    break;
                case 2:
                    record = record with { Frontend = reader.Text() };
                    break;
                case 3:
                    Add(attributes, reader.Pair());
                    break;
                case 4:
                    exports.Add(SolveExport.Parse(reader.Bytes()));
                    break;
                case 5:
                    record = record with { Failure = BuildFailure.Parse(reader.Bytes()) };
                    break;
                case 6:
                    record = record with { CreatedAt = reader.Time() };
                    break;
                case 7:
                    record = record with { CompletedAt = reader.Time() };
                    break;
                case 8:
                    record = record with { Log = HistoryBlob.Parse(reader.Bytes()) };
                    break;
                case 9:
                    Add(response, reader.Pair());
                    break;
                case 10:
                    Add(statements, HistoryStatement.Parse(reader.Bytes(), ""));
                    break;
                case 11:
                    Add(statements, HistoryStatement.ParseEntry(reader.Bytes()));
                    break;
                case 12:
                    record = record with { Generation = (int)reader.Integer() };
                    break;
                case 13:
                    record = record with { Trace = HistoryBlob.Parse(reader.Bytes()) };
                    break;
                case 14:
                    record = record with { IsPinned = reader.Flag() };
                    break;
                case 15:
                    record = record with { CachedSteps = (int)reader.Integer() };
                    break;
                case 16:
                    record = record with { TotalSteps = (int)reader.Integer() };
                    break;
                case 17:
                    record = record with { CompletedSteps = (int)reader.Integer() };
                    break;
                case 18:
                    record = record with { FailureDetails = HistoryBlob.Parse(reader.Bytes()) };
                    break;
                case 19:
                    record = record with { Warnings = (int)reader.Integer() };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return record;
    }

    private static void Add(List<HistoryStatement> to, HistoryStatement? statement)
    {
        if (statement is not null)
        {
            to.Add(statement);
        }
    }

    private static void Add(Dictionary<string, string> to, KeyValuePair<string, string> pair) => to[pair.Key] = pair.Value;

    /// <summary>The user and password of an address; <c>git</c> is everybody.</summary>
    [GeneratedRegex("://(?!git@)[^/@ ]+@")]
    private static partial Regex Credentials();
}
