using System.Text.Json;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Compose.Publishing;

/// <summary>A project as it comes from a registry.</summary>
internal static class PublishedProject
{
    /// <summary>The file that <see cref="Write"/> makes.</summary>
    public const string FileName = "compose.yaml";

    /// <summary>
    /// Writes the project into a directory: its Compose files one after another as documents of one, as Docker Compose does, and its
    /// environment files beside it.
    /// </summary>
    /// <param name="getBlob">Content by digest, verified.</param>
    /// <exception cref="FormatException">It is no published project, or names a file elsewhere (CVE-2025-62725).</exception>
    public static void Write(byte[] manifest, Func<Digest, byte[]> getBlob, string directory)
    {
        var layers = Parse(manifest).Layers;
        if (!layers.Any(layer => layer.MediaType == ComposeArtifact.FileType))
        {
            throw new FormatException("it is no published Compose project: it has no Compose file");
        }

        using var file = File.Create(Path.Combine(directory, FileName));
        foreach (var layer in layers)
        {
            switch (layer.MediaType)
            {
                case ComposeArtifact.FileType:
                    file.Write(file.Length > 0 ? "\n---\n"u8 : []);
                    file.Write(getBlob(layer.Digest));
                    break;
                case ComposeArtifact.EnvironmentFileType:
                    File.WriteAllBytes(Path.Combine(directory, NameOf(layer)), getBlob(layer.Digest));
                    break;
                default:
                    break;
            }
        }
    }

    private static ImageManifest Parse(byte[] manifest)
    {
        try
        {
            return JsonSerializer.Deserialize(manifest, ImageJson.Default.ImageManifest) is { Layers: not null } parsed ? parsed : throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new FormatException("it is no published Compose project: its manifest has no layers", e);
        }
    }

    private static string NameOf(Descriptor environmentFile)
    {
        var name = environmentFile.Annotations?.GetValueOrDefault(ComposeArtifact.EnvironmentAnnotation) ?? "";
        return name.Length > 0 && name[0] != '.' && name != FileName && name == Path.GetFileName(name)
            ? name
            : throw new FormatException($"the environment file \"{name}\" of it is not in its own directory");
    }
}
