using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Manifests;
using Gantry.Cli.Run;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Cli.Commands;

/// <summary>manifest: what registries have under a name, and lists of manifests made here and pushed.</summary>
internal static class ManifestCommands
{
    public static async ValueTask<int> InspectAsync(Invocation call)
    {
        var verbose = call.Flag("verbose");
        var name = Name(call.Arguments[^1]);
        var store = new ManifestStore(call.Session.ConfigDirectory);
        if (call.Arguments.Count == 2)
        {
            Print(call, store.Find(Name(call.Arguments[0]), name) ?? throw NoSuchManifest(name), verbose);
        }
        else if (store.Find(name) is { } local)
        {
            PrintList(call, local.Select(e => e.Descriptor), verbose ? local : []);
        }
        else
        {
            await InspectRemoteAsync(call, name, verbose).ConfigureAwait(false);
        }

        return 0;
    }

    public static async ValueTask<int> CreateAsync(Invocation call)
    {
        var list = Name(call.Arguments[0]);
        var store = new ManifestStore(call.Session.ConfigDirectory);
        if (store.Find(list) is not null && !call.Flag("amend")) throw new CommandLineException("refusing to amend an existing manifest list with no --amend flag");
        var registry = new RemoteImages(call.Session, call.Flag("insecure"));
        foreach (var argument in call.Arguments.Skip(1))
        {
            var name = Name(argument);
            store.Save(list, store.Find(list, name) ?? await FetchAsync(registry, name).ConfigureAwait(false));
        }

        call.Out.Line($"Created manifest list {list}");
        return 0;
    }

    public static ValueTask<int> AnnotateAsync(Invocation call)
    {
        var (list, name) = (Name(call.Arguments[0]), Name(call.Arguments[1]));
        var store = new ManifestStore(call.Session.ConfigDirectory);
        var entry = store.Find(list, name) ?? throw new CommandLineException($"manifest for image {call.Arguments[1]} does not exist in {call.Arguments[0]}");
        var platform = entry.Platform ?? new Platform { Architecture = "", Os = "" };
        platform = platform with
        {
            Os = Given("os", platform.Os)!,
            Architecture = Given("arch", platform.Architecture)!,
            Variant = Given("variant", platform.Variant),
            OsVersion = Given("os-version", platform.OsVersion),
            OsFeatures = [.. (platform.OsFeatures ?? []).Concat(call.List("os-features").SelectMany(f => f.Split(','))).Distinct()],
        };
        if (!KnownPlatforms.Contains(platform)) throw new CommandLineException($"manifest entry for image has unsupported os/arch combination: {platform.Os}/{platform.Architecture}");
        store.Save(list, entry with { Descriptor = entry.Descriptor with { Platform = platform } });
        return new(0);

        string? Given(string option, string? otherwise) => call.Text(option) is { Length: > 0 } given ? given : otherwise;
    }

    public static async ValueTask<int> PushAsync(Invocation call)
    {
        var list = Name(call.Arguments[0]);
        var store = new ManifestStore(call.Session.ConfigDirectory);
        var entries = store.Find(list) ?? throw NoSuchManifest(list);
        foreach (var entry in entries) Check(entry, list);
        var registry = new RemoteImages(call.Session, call.Flag("insecure"));
        foreach (var entry in entries.Where(e => e.Reference.Name != list.Name))
        {
            var target = list.NameOnly().WithDigest(entry.Descriptor.Digest);
            await registry.CopyAsync(target, entry.Reference.NameOnly().WithDigest(entry.Descriptor.Digest)).ConfigureAwait(false);
            call.Out.LineNow($"Pushed ref {target} with digest: {entry.Descriptor.Digest}");
        }

        Descriptor[] manifests = [.. entries.Select(e => e.Descriptor)];
        call.Out.Line(await registry.PutAsync(list, ManifestEntry.ListType(manifests), ManifestEntry.ToList(manifests)).ConfigureAwait(false));
        if (call.Flag("purge")) store.Remove(list);
        return 0;
    }

    public static ValueTask<int> RemoveAsync(Invocation call)
    {
        var store = new ManifestStore(call.Session.ConfigDirectory);
        var missing = call.Arguments.Select(Name).Where(list => !store.Remove(list)).Select(list => NoSuchManifest(list).Message).ToList();
        return missing.Count == 0 ? new(0) : throw new CommandLineException(string.Join('\n', missing));
    }

    private static async ValueTask InspectRemoteAsync(Invocation call, ImageReference name, bool verbose)
    {
        var registry = new RemoteImages(call.Session, call.Flag("insecure"));
        var found = await registry.FindAsync(name, configuration: verbose).ConfigureAwait(false) ?? throw new CommandLineException($"no such manifest: {name}");
        if (!MediaTypes.IsIndex(found.Descriptor.MediaType))
        {
            Print(call, Entry(name, found), verbose);
            return;
        }

        var manifests = found.ParseIndex().Manifests;
        var entries = new List<ManifestEntry>();
        foreach (var manifest in verbose ? manifests : [])
        {
            var part = name.WithDigest(manifest.Digest);
            var raw = await registry.FindAsync(part, configuration: false).ConfigureAwait(false) ?? throw new CommandLineException($"no such manifest: {part}");
            entries.Add(new ManifestEntry(part, raw.Descriptor with { Platform = manifest.Platform }, raw.Raw));
        }

        PrintList(call, manifests, entries);
    }

    private static async ValueTask<ManifestEntry> FetchAsync(RemoteImages registry, ImageReference name)
    {
        var found = await registry.FindAsync(name, configuration: true).ConfigureAwait(false) ?? throw new CommandLineException($"no such manifest: {name}");
        return MediaTypes.IsIndex(found.Descriptor.MediaType) ? throw new CommandLineException($"{name} is a manifest list") : Entry(name, found);
    }

    private static ManifestEntry Entry(ImageReference name, RemoteManifest found) =>
        new(name, found.Descriptor with { Platform = found.ParseConfiguration()?.Platform }, found.Raw);

    private static void Check(ManifestEntry entry, ImageReference list)
    {
        if (entry.Platform is not { Os.Length: > 0, Architecture.Length: > 0 }) throw new CommandLineException($"manifest {entry.Reference} must have an OS and Architecture to be pushed to a registry");
        if (entry.Reference.Domain != list.Domain) throw new CommandLineException($"cannot use source images from a different registry than the target image: {entry.Reference.Domain} != {list.Domain}");
    }

    private static void Print(Invocation call, ManifestEntry entry, bool verbose) =>
        call.Out.Line(ManifestEntry.Indented(verbose ? entry.ToJson() : JsonDocument.Parse(entry.Raw).RootElement));

    /// <param name="entries">Where there are some, these and not the list are shown.</param>
    private static void PrintList(Invocation call, IEnumerable<Descriptor> manifests, IReadOnlyList<ManifestEntry> entries)
    {
        if (entries.Count == 0)
        {
            call.Out.Line(Encoding.UTF8.GetString(ManifestEntry.ToList(manifests)));
            return;
        }

        var json = $"[{string.Join(',', entries.Select(e => e.ToJson().GetRawText()))}]";
        call.Out.Line(ManifestEntry.Indented(JsonDocument.Parse(json).RootElement));
    }

    private static ImageReference Name(string text) => ImageNames.Check(text).WithDefaultTag();

    private static CommandLineException NoSuchManifest(ImageReference name) => new($"No such manifest: {name}");
}
