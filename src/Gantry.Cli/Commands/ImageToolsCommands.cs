using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Definitions;
using Gantry.Cli.Lists;
using Gantry.Cli.Manifests;
using Gantry.Cli.Run;
using Gantry.Client;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Cli.Commands;

/// <summary>buildx imagetools: images at registries, which none of them are pulled for.</summary>
internal static class ImageToolsCommands
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        if (call.Arguments.Count == 0) return await Dispatcher.RunCommandAsync([.. call.Path.Split(' '), "--help"], call.Session).ConfigureAwait(false);
        var name = call.Arguments[0];
        var command = BuilderDefinitions.FindImageTool(name) ?? throw new CommandLineException($"{call.Session.Program}: unknown command: {call.Session.Program} {call.Path} {name}\n{RootHelp.Suggest(name, BuilderDefinitions.ImageToolNames)}\nRun '{call.Session.Program} {call.Path} --help' for more information");
        return await Dispatcher.InvokeAsync(command, $"{call.Path} {name}", [.. call.Arguments.Skip(1)], call.Session).ConfigureAwait(false);
    }

    public static async ValueTask<int> InspectAsync(Invocation call)
    {
        var name = ImageNames.Check(call.Arguments[0]).WithDefaultTag();
        var registry = new RemoteImages(call.Session, insecure: false);
        var found = await registry.FindAsync(name, configuration: call.Has("format")).ConfigureAwait(false) ?? throw new CommandLineException($"ERROR: {name}: not found");
        if (call.Flag("raw")) call.Out.Write(Encoding.UTF8.GetString(found.Raw));
        else if (call.Has("format")) await PrintAsync(call, name, found, registry).ConfigureAwait(false);
        else Print(call.Out, name, found);
        return 0;
    }

    public static async ValueTask<int> CreateAsync(Invocation call)
    {
        ImageReference[] tags = [.. call.List("tag").Select(text => ImageNames.Check(text).WithDefaultTag())];
        ImageReference[] appended = call.Flag("append") && tags.Length > 0 ? [tags[0]] : [];
        ImageReference[] sources = [.. appended, .. call.Arguments.Select(text => ImageNames.Check(text).WithDefaultTag())];
        if (sources.Length == 0) throw new CommandLineException("ERROR: no sources specified");
        if (tags.Length == 0 && !call.Flag("dry-run")) throw new CommandLineException("ERROR: no tag is given: say with --tag what the new image is called");
        foreach (var source in sources.Where(source => tags.Any(tag => tag.Domain != source.Domain))) throw new CommandLineException($"ERROR: {source} is at another registry than the tag: pull it from there, and push it to this one first");
        var registry = new RemoteImages(call.Session, insecure: false);
        var made = await CombinedIndex.OfAsync(registry, sources, [.. call.List("platform").SelectMany(text => text.Split(',')).Select(Platform.Parse)], call.Flag("prefer-index")).ConfigureAwait(false);
        if (call.Flag("dry-run"))
        {
            call.Out.Line(Encoding.UTF8.GetString(made.Raw));
            return 0;
        }

        foreach (var tag in tags) await PushAsync(call, registry, made, sources[0], tag).ConfigureAwait(false);
        return 0;
    }

    private static async ValueTask PushAsync(Invocation call, RemoteImages registry, CombinedIndex made, ImageReference first, ImageReference tag)
    {
        foreach (var (source, descriptor) in made.Parts.Where(part => part.Source.Name != tag.Name))
        {
            call.Out.ErrorLine($"copying {descriptor.Digest} from {source} to {tag}");
            await registry.CopyAsync(tag.NameOnly().WithDigest(descriptor.Digest), source.NameOnly().WithDigest(descriptor.Digest)).ConfigureAwait(false);
        }

        call.Out.ErrorLine($"pushing {Digest.Sha256(made.Raw)} to {tag}");
        // One image alone goes with its content.
        if (made.Parts.Count == 0) await registry.CopyAsync(tag, first).ConfigureAwait(false);
        else await registry.PutAsync(tag, made.MediaType, made.Raw).ConfigureAwait(false);
    }

    private static async ValueTask PrintAsync(Invocation call, ImageReference name, RemoteManifest found, RemoteImages registry)
    {
        var image = await ImageOfAsync(name, found, registry).ConfigureAwait(false);
        var text = new StringBuilder();
        ListWriter.Parse(call.Text("format"), FormatFailures.Usual.Parsing).Execute(new RemoteManifestView(name, found, () => image), text);
        call.Out.Line(text.ToString());
    }

    /// <summary>The configuration; of an index each by its platform.</summary>
    private static async ValueTask<JsonElement?> ImageOfAsync(ImageReference name, RemoteManifest found, RemoteImages registry)
    {
        if (found.Configuration is { } configuration) return JsonDocument.Parse(configuration).RootElement;
        if (!MediaTypes.IsIndex(found.Descriptor.MediaType)) return null;
        var images = new JsonBody();
        foreach (var descriptor in found.ParseIndex().Manifests.Where(descriptor => descriptor.Platform is not null && !Attestation.Is(descriptor)))
        {
            var part = await registry.FindAsync(name.NameOnly().WithDigest(descriptor.Digest), configuration: true).ConfigureAwait(false);
            if (part?.Configuration is { } own) images[descriptor.Platform!.ToString()] = JsonDocument.Parse(own).RootElement;
        }

        return JsonDocument.Parse(images.ToUtf8()).RootElement;
    }

    // Empty cells are filled as wide as the others.
    private static void Print(Output output, ImageReference name, RemoteManifest found)
    {
        output.Write($"Name:      {name}\nMediaType: {found.Descriptor.MediaType}\nDigest:    {found.Descriptor.Digest}\n");
        if (!MediaTypes.IsIndex(found.Descriptor.MediaType)) return;
        var parts = found.ParseIndex().Manifests.Select(manifest => Part(name, manifest));
        output.Write($"           \nManifests: \n{string.Join("             \n", parts)}");
    }

    private static string Part(ImageReference name, Descriptor manifest)
    {
        List<(string Label, string Value)> lines = [("Name:", $"{name}@{manifest.Digest}"), ("MediaType:", manifest.MediaType)];
        if (manifest.Platform is { } platform) lines.Add(("Platform:", platform.ToString()));
        var text = string.Concat(lines.Select(line => $"  {line.Label,-11}{line.Value}\n"));
        return manifest.Annotations is { Count: > 0 } annotations
            ? $"{text}  {"Annotations:",-13}\n{string.Concat(annotations.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"    {pair.Key}: {pair.Value}\n"))}"
            : text;
    }
}
