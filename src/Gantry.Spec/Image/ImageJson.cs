using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Spec.Build;

namespace Gantry.Spec.Image;

/// <summary>The JSON of OCI images. What it writes has a digest: a change of its bytes is a change of every id we author.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImageConfiguration))]
[JsonSerializable(typeof(ImageConfig))]
[JsonSerializable(typeof(Descriptor))]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageLayout))]
[JsonSerializable(typeof(ArchiveManifest[]))]
[JsonSerializable(typeof(SharedCache))]
public sealed partial class ImageJson : JsonSerializerContext
{
    /// <summary>The context to write with: only what JSON itself demands is escaped.</summary>
    public static ImageJson Canonical => field ??= new ImageJson(new JsonSerializerOptions(Default.GeneratedSerializerOptions!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
