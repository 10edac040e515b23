using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Cli.Bake;

/// <summary><c>--set pattern.key[.name]=value</c>, and with <c>+=</c> what is added.</summary>
/// <param name="Pattern">Of the names of targets.</param>
/// <param name="Name">Of the member of an object; empty for none.</param>
internal sealed record BakeOverride(string Pattern, string Key, string Name, bool IsAdded, string Value)
{
    private static readonly string[] Maps = ["args", "contexts", "labels", "extra-hosts", "resources"];

    /// <param name="environment">Where an argument without a value takes it from.</param>
    /// <returns>Null for an argument that has no value anywhere.</returns>
    /// <exception cref="BakeException">The text is no override.</exception>
    public static BakeOverride? Parse(string text, IReadOnlyDictionary<string, string> environment)
    {
        var parts = text.Split('=', 2);
        var isAdded = parts[0].EndsWith('+');
        var keys = (isAdded ? parts[0][..^1] : parts[0]).Split('.', 3);
        if (keys.Length < 2) throw new BakeException($"invalid override key {keys[0]}, expected target.name");
        var name = keys.Length > 2 ? keys[2] : "";
        if (Maps.Contains(keys[1]) && name.Length == 0) throw new BakeException($"invalid key {parts[0]}, {keys[1]} requires name");
        var value = parts.Length > 1 ? parts[1] : keys[1] == "args" ? environment.GetValueOrDefault(name) : throw new BakeException($"invalid override {text}, expected target.name=value");
        return value is null ? null : new(keys[0], keys[1], name, isAdded, value);
    }

    public bool IsFor(string target) => GlobPattern.Parse(Pattern).IsMatch(target);

    /// <summary>A target as overrides make it. Of several values for a list all are taken, the first in place of those it had.</summary>
    public static BakeTarget Apply(BakeTarget target, IEnumerable<BakeOverride> overrides)
    {
        var replaced = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in overrides.Where(change => change.IsFor(target.Name)))
        {
            target = change.ApplyTo(target, change.IsAdded || !replaced.Add(change.Key));
        }

        return target;
    }

    private BakeTarget ApplyTo(BakeTarget target, bool isMore) => Key switch
    {
        "annotations" => target with { Annotations = [.. target.Annotations, Value] },
        "attest" => target.With(new() { Name = Name, Attest = [.. BakeFields.Attestations(Value)] }),
        "args" => target with { Args = Set(target.Args) },
        "cache-from" => target with { CacheFrom = List(target.CacheFrom, BakeFields.Caches(Value), isMore) },
        "cache-to" => target with { CacheTo = List(target.CacheTo, BakeFields.Caches(Value), isMore) },
        "call" => target with { Call = Value },
        "context" => target with { Context = Value },
        "contexts" => target with { Contexts = Set(target.Contexts) },
        "dockerfile" => target with { Dockerfile = Value },
        "entitlements" => target with { Entitlements = [.. target.Entitlements, Value] },
        "extra-hosts" => target with { ExtraHosts = Set(target.ExtraHosts) },
        "labels" => target with { Labels = Set(target.Labels) },
        "load" => Flag() ? BakeOutputs.Load(target) : target,
        "network" => target with { Network = Value },
        "no-cache" => target with { NoCache = Flag() },
        "no-cache-filter" => target with { NoCacheFilter = List(target.NoCacheFilter, [Value], isMore) },
        "output" => target with { Outputs = List(target.Outputs, BakeFields.Outputs(Value), isMore) },
        "platform" => target with { Platforms = List(target.Platforms, [Value], isMore) },
        "pull" => target with { Pull = Flag() },
        "push" => Flag() ? BakeOutputs.Push(target) : target,
        "resources" => target with { Resources = Set(target.Resources) },
        "secret" when Name.Length > 0 => target with { Secrets = Resourced(target) },
        "secret" or "secrets" => target with { Secrets = List(target.Secrets, BakeFields.Secrets(Value), isMore) },
        "shm-size" => target with { ShmSize = Value },
        "ssh" => target with { Ssh = List(target.Ssh, BakeAgent.Parse(Value), isMore) },
        "tags" => target with { Tags = List(target.Tags, [Value], isMore) },
        "target" => target with { Target = Value },
        "ulimits" => target with { Ulimits = List(target.Ulimits, [Value], isMore) },
        _ => throw new BakeException($"unknown key: {Key}"),
    };

    /// <summary>Where a secret that the target has comes from instead.</summary>
    private IReadOnlyList<BakeFields> Resourced(BakeTarget target) => target.Secrets.Any(secret => secret["id"] == Name)
        ? [.. target.Secrets.SelectMany(secret => secret["id"] == Name ? BakeFields.Secrets($"id={Name},{Value}") : [secret])]
        : throw new BakeException($"the target {target.Name} has no secret {Name} to override");

    private bool Flag() => GoBoolean.TryParse(Value, out var flag) ? flag : throw new BakeException($"invalid value {Value} for boolean key {Key}");

    // An empty value takes a member out.
    private SortedDictionary<string, string> Set(IReadOnlyDictionary<string, string> map)
    {
        var made = new SortedDictionary<string, string>(map.ToDictionary(), StringComparer.Ordinal) { [Name] = Value };
        if (Value.Length == 0 && Key is "contexts") made.Remove(Name);
        return made;
    }

    private static List<T> List<T>(IReadOnlyList<T>? list, IEnumerable<T> more, bool isMore) => [.. isMore ? list ?? [] : [], .. more];
}
