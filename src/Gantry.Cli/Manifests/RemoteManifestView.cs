using System.Text.Json;
using Gantry.Spec.Templates;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Manifests;

/// <summary>What a registry has under a name, as templates of imagetools see it: <c>.Name</c>, <c>.Manifest</c> and <c>.Image</c>.</summary>
internal sealed class RemoteManifestView(ImageReference name, RemoteManifest found, Func<JsonElement?> image) : ITemplateObject
{
    public string GoType => "imagetools.tplInput";

    public IEnumerable<KeyValuePair<string, object?>> Fields => [new("name", name.ToString()), new("manifest", Manifest), .. image() is { } one ? [new("image", one)] : Array.Empty<KeyValuePair<string, object?>>()];

    public bool TryGet(string name, out object? value)
    {
        value = name switch
        {
            "Name" => Fields.First().Value,
            "Manifest" => new Descriptor(Manifest),
            "Image" => image(),
            _ => null,
        };
        return name is "Name" or "Manifest" or "Image";
    }

    private JsonElement Manifest
    {
        get
        {
            using var parsed = JsonDocument.Parse(found.Raw);
            var body = new JsonBody { ["schemaVersion"] = parsed.RootElement.Number("schemaVersion"), ["mediaType"] = found.Descriptor.MediaType, ["digest"] = found.Descriptor.Digest.ToString(), ["size"] = found.Descriptor.Size };
            foreach (var member in parsed.RootElement.Members().Where(member => member.Name is "manifests" or "config" or "layers" or "annotations")) body[member.Name] = member.Value.Clone();
            return JsonDocument.Parse(body.ToUtf8()).RootElement;
        }
    }

    /// <summary>Members by the names that Go has for them.</summary>
    private sealed class Descriptor(JsonElement manifest) : ITemplateObject
    {
        public string GoType => "imagetools.Manifest";

        public IEnumerable<KeyValuePair<string, object?>> Fields => manifest.Members().Select(member => KeyValuePair.Create(member.Name, (object?)member.Value));

        public bool TryGet(string name, out object? value)
        {
            var known = manifest.Members().FirstOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            value = Values.From(known.Value);
            return value is not null;
        }
    }
}
