using System.Globalization;
using Gantry.Cli.Lists;
using Gantry.Compose;
using Gantry.Compose.Model;
using Gantry.Compose.Nodes;

namespace Gantry.Cli.Bake;

/// <summary>The services of a Compose project that are built, as targets.</summary>
internal static class BakeCompose
{
    private const string Extension = "x-bake";

    /// <param name="files">Make one project.</param>
    /// <exception cref="ComposeException">A file is wrong.</exception>
    public static BakeDefinition Load(IReadOnlyList<BakeFile> files, BakeInputs inputs)
    {
        var project = ComposeLoader.Load(new()
        {
            Files = [.. files.Select(file => file.Name)],
            Profiles = ["*"],
            CurrentDirectory = inputs.Directory,
            Environment = inputs.Environment,
            StandardInput = files.FirstOrDefault(file => file.IsStandardInput) is { } input ? new StringReader(input.Text) : null,
            Warn = inputs.Warn,
            ChecksConsistency = false,
            ReadsEnvFiles = false,
            KeepsUnused = true,
        }).Project;
        var built = project.AllServices.Where(service => service.Build is not null).Select(service => TargetOf(project, service)).OrderBy(target => target.Name, StringComparer.Ordinal).ToList();
        return new(
            built.ToDictionary(target => target.Name, StringComparer.Ordinal),
            new Dictionary<string, IReadOnlyList<string>> { ["default"] = [.. built.Select(target => target.Name)] },
            []);
    }

    private static BakeTarget TargetOf(ComposeProject project, ComposeService service)
    {
        var build = service.Build!;
        var target = new BakeTarget
        {
            Name = NameOf(service.Name),
            Context = build.Context is { } context ? Place(project, context) : null,
            Contexts = Sorted(build.AdditionalContexts.Select(pair => KeyValuePair.Create(pair.Key, Place(project, pair.Value)))),
            Dockerfile = build.Dockerfile,
            DockerfileInline = build.DockerfileInline,
            Args = Sorted(build.Args.Select(pair => KeyValuePair.Create(pair.Key, pair.Value ?? project.Environment.GetValueOrDefault(pair.Key))).Where(pair => pair.Value is not null)!),
            Labels = Sorted(build.Labels),
            Tags = build.Tags.Count > 0 ? build.Tags : service.Image is { } image ? [image] : null,
            CacheFrom = [.. build.CacheFrom.SelectMany(BakeFields.Caches)],
            CacheTo = build.CacheTo.Count > 0 ? [.. build.CacheTo.SelectMany(BakeFields.Caches)] : null,
            Target = build.Target,
            Secrets = [.. build.Secrets.Select(secret => Secret(project, secret))],
            Ssh = [.. build.Ssh.Select(pair => new BakeAgent(pair.Key, pair.Value is { } path ? [path] : []))],
            Platforms = build.Platforms.Count > 0 ? build.Platforms : null,
            Pull = build.Pull ? true : null,
            NoCache = build.NoCache ? true : null,
            Network = build.Network,
            ShmSize = build.ShmSize > 0 ? Units.BinarySize(build.ShmSize) : null,
            Ulimits = [.. build.Ulimits.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value.Soft}:{pair.Value.Hard}"))],
            Entitlements = build.Entitlements,
            ExtraHosts = Sorted(build.ExtraHosts.Select(pair => KeyValuePair.Create(pair.Key, string.Join(',', pair.Value)))),
        };
        return build.Extensions.GetValueOrDefault(Extension) is MappingNode extension ? WithExtension(target, extension) : target;
    }

    /// <summary>x-bake adds to what Compose knows, and says what it does not.</summary>
    private static BakeTarget WithExtension(BakeTarget target, MappingNode extension) => target with
    {
        Tags = Texts(extension, "tags") is { Count: > 0 } tags ? [.. target.Tags ?? [], .. tags] : target.Tags,
        Contexts = extension["contexts"] is MappingNode contexts ? Sorted(target.Contexts.Where(pair => !contexts.Contains(pair.Key)).Concat(contexts.Entries.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToString() ?? "")))) : target.Contexts,
        CacheFrom = [.. target.CacheFrom, .. Texts(extension, "cache-from").SelectMany(BakeFields.Caches)],
        CacheTo = Texts(extension, "cache-to") is { Count: > 0 } caches ? [.. target.CacheTo ?? [], .. caches.SelectMany(BakeFields.Caches)] : target.CacheTo,
        Secrets = [.. target.Secrets, .. Texts(extension, "secret").SelectMany(BakeFields.Secrets)],
        Ssh = [.. target.Ssh, .. Texts(extension, "ssh").SelectMany(BakeAgent.Parse).Where(agent => !target.Ssh.Any(known => known.Id == agent.Id))],
        Platforms = Texts(extension, "platforms") is { Count: > 0 } platforms ? [.. target.Platforms ?? [], .. platforms] : target.Platforms,
        Outputs = Texts(extension, "output") is { Count: > 0 } outputs ? [.. outputs.SelectMany(BakeFields.Outputs)] : target.Outputs,
        Pull = Flag(extension, "pull") ?? target.Pull,
        NoCache = Flag(extension, "no-cache") ?? target.NoCache,
        NoCacheFilter = [.. target.NoCacheFilter, .. Texts(extension, "no-cache-filter")],
    };

    private static IReadOnlyList<string> Texts(MappingNode extension, string key) => extension[key] switch
    {
        null => [],
        SequenceNode list => [.. list.Items.Select(item => item.ToString() ?? "")],
        ScalarNode one => [one.ToString()],
        var other => throw new ComposeException($"{Extension}.{key} must be a string or a list of strings", other.Origin),
    };

    private static bool? Flag(MappingNode extension, string key) => extension[key] switch
    {
        null => null,
        ScalarNode { Value: bool flag } => flag,
        var other => throw new ComposeException($"{Extension}.{key} must be true or false", other.Origin),
    };

    /// <summary>A target's name has no dots.</summary>
    private static string NameOf(string service) => service.Replace('.', '_');

    /// <summary>From the project's directory, where it is a path; another service is a target.</summary>
    private static string Place(ComposeProject project, string place) => place.StartsWith(BuildSettings.OfService, StringComparison.Ordinal) ? BakeTarget.OfTarget + NameOf(place[BuildSettings.OfService.Length..])
        : Path.IsPathRooted(place) ? Path.GetRelativePath(project.WorkingDirectory, place)
        : place;

    private static BakeFields Secret(ComposeProject project, FileReference reference)
    {
        var definition = project.Secrets.GetValueOrDefault(reference.Source) ?? throw new ComposeException($"there is no secret {reference.Source}");
        return definition.File is { Length: > 0 } file ? new(new Dictionary<string, string> { ["id"] = reference.Source, ["src"] = Place(project, file) })
            : definition.Environment is { Length: > 0 } variable ? new(new Dictionary<string, string> { ["id"] = reference.Source, ["env"] = variable })
            : throw new ComposeException($"secret {reference.Source} of a build needs a file or an environment variable");
    }

    private static SortedDictionary<string, string> Sorted(IEnumerable<KeyValuePair<string, string>> pairs) => new(pairs.ToDictionary(), StringComparer.Ordinal);
}
