using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;
using Gantry.Server.Building;

namespace Gantry.Server.BuildKit.Control;

/// <summary>What a client asks for with <c>Control.Solve</c> or <c>LLBBridge.Solve</c>: in the second, what is made of the result is missing.</summary>
internal sealed record SolveRequest
{
    public string Ref { get; init; } = "";

    public string Session { get; init; } = "";

    public string Frontend { get; init; } = "";

    /// <summary>It says itself what is done, in place of a frontend, and be it nothing.</summary>
    public bool HasDefinition { get; init; }

    /// <summary>It has steps of its own, in place of what a frontend makes of a Dockerfile.</summary>
    public bool HasSteps { get; init; }

    /// <summary>Those steps; only what a bridge is asked for keeps them.</summary>
    public ReadOnlyMemory<byte> Definition { get; init; }

    /// <summary>It is not for the history.</summary>
    public bool IsInternal { get; init; }

    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// What was built before and is a context of this, or is fetched: the address of a <see cref="BuiltDefinition"/> or <see cref="RemoteDefinition"/>,
    /// null for other steps of the client's own.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Inputs { get; init; } = new Dictionary<string, string?>();

    public IReadOnlySet<string> Entitlements { get; init; } = new HashSet<string>();

    public IReadOnlyList<SolveExport> Exports { get; init; } = [];

    public IReadOnlyList<CacheOptions> CacheFrom { get; init; } = [];

    public IReadOnlyList<CacheOptions> CacheTo { get; init; } = [];

    public static SolveRequest ParseControl(ReadOnlySpan<byte> message)
    {
        var (reference, session, frontend, hasDefinition, hasSteps, isInternal) = ("", "", "", false, false, false);
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var inputs = new Dictionary<string, string?>(StringComparer.Ordinal);
        var entitlements = new HashSet<string>(StringComparer.Ordinal);
        var exports = new List<SolveExport>();
        var (cacheFrom, cacheTo) = (new List<CacheOptions>(), new List<CacheOptions>());
        var oldType = "";
        var oldAttributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    reference = reader.Text();
                    break;
                case 2:
                    hasDefinition = true;
                    hasSteps |= !reader.Bytes().IsEmpty;
                    break;
                case 3:
                    oldType = reader.Text();
                    break;
                case 4:
                    Add(oldAttributes, reader.Pair());
                    break;
                case 5:
                    session = reader.Text();
                    break;
                case 6:
                    frontend = reader.Text();
                    break;
                case 7:
                    Add(attributes, reader.Pair());
                    break;
                case 8:
                    ParseCache(reader.Bytes(), cacheFrom, cacheTo);
                    break;
                case 9:
                    entitlements.Add(reader.Text());
                    break;
                case 10:
                    AddInput(inputs, reader.Bytes());
                    break;
                case 11:
                    isInternal = reader.Flag();
                    break;
                case 12:
                    RequireNoPolicy(reader.Bytes());
                    break;
                case 13:
                    exports.Add(SolveExport.Parse(reader.Bytes()));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (exports.Count == 0 && oldType.Length > 0)
        {
            exports.Add(new(oldType, oldAttributes));
        }

        return new()
        {
            Ref = reference, Session = session, Frontend = frontend, HasDefinition = hasDefinition, HasSteps = hasSteps, IsInternal = isInternal,
            Attributes = attributes, Inputs = inputs, Entitlements = entitlements, Exports = exports, CacheFrom = cacheFrom, CacheTo = cacheTo,
        };
    }

    private static void RequireNoPolicy(ReadOnlySpan<byte> policy)
    {
        if (!policy.IsEmpty)
        {
            throw new GrpcException(GrpcCode.Unimplemented, "gantry does not support policies for sources: build without EXPERIMENTAL_BUILDKIT_SOURCE_POLICY");
        }
    }

    public static SolveRequest ParseBridge(ReadOnlySpan<byte> message)
    {
        var frontend = "";
        byte[] definition = [];
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var inputs = new Dictionary<string, string?>(StringComparer.Ordinal);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    definition = reader.Bytes().ToArray();
                    break;
                case 2:
                    frontend = reader.Text();
                    break;
                case 3:
                    Add(attributes, reader.Pair());
                    break;
                case 13:
                    AddInput(inputs, reader.Bytes());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new() { Frontend = frontend, HasSteps = definition.Length > 0, Definition = definition, Attributes = attributes, Inputs = inputs };
    }

    // CacheOptions of BuildKit's control API: 4 and 5 are lists of entries, 1 and 2 an older form of one target and names of images.
    private static void ParseCache(ReadOnlySpan<byte> message, List<CacheOptions> from, List<CacheOptions> to)
    {
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    to.Add(CacheOptions.Parse(reader.Text()));
                    break;
                case 2:
                    from.Add(CacheOptions.Parse(reader.Text()));
                    break;
                case 4:
                    to.Add(CacheEntry(reader.Bytes()));
                    break;
                case 5:
                    from.Add(CacheEntry(reader.Bytes()));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private static CacheOptions CacheEntry(ReadOnlySpan<byte> message)
    {
        var export = SolveExport.Parse(message);
        return new(export.Type, export.Attributes);
    }

    private static void AddInput(Dictionary<string, string?> to, ReadOnlySpan<byte> entry)
    {
        var (name, address) = ("", (string?)null);
        var reader = new ProtoReader(entry);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.Text();
                    break;
                case 2:
                    var definition = reader.Bytes();
                    address = BuiltDefinition.AddressOf(definition) ?? RemoteDefinition.Find(definition)?.Address;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        to[name] = address;
    }

    private static void Add(Dictionary<string, string> to, KeyValuePair<string, string> pair) => to[pair.Key] = pair.Value;
}

/// <summary>What is made of a result.</summary>
/// <param name="Type"><c>moby</c>, <c>image</c>, <c>local</c>, <c>tar</c>, …</param>
internal sealed record SolveExport(string Type, IReadOnlyDictionary<string, string> Attributes)
{
    public OutputOptions Options => new(Type, Attributes);

    public static SolveExport Parse(ReadOnlySpan<byte> message)
    {
        var (type, attributes) = ProtoReader.TextAndMap(message);
        return new(type, attributes);
    }
}
