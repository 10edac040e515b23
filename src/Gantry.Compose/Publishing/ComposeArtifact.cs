using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Compose.Publishing;

/// <summary>
/// The files of a project as Docker Compose keeps them at registries: a layer for each file, which are read one over another, and one
/// for each environment file.
/// </summary>
public sealed class ComposeArtifact
{
    public const string Type = "application/vnd.docker.compose.project";
    internal const string FileType = "application/vnd.docker.compose.file+yaml";
    internal const string EnvironmentFileType = "application/vnd.docker.compose.envfile";
    internal const string EnvironmentAnnotation = "com.docker.compose.envfile";
    private const string EmptyConfigType = "application/vnd.oci.empty.v1+json";

    /// <summary>Registries that know no artifacts tell one by the type of its configuration.</summary>
    private const string OldConfigType = "application/vnd.docker.compose.config.empty.v1+json";

    private readonly List<(Descriptor Descriptor, byte[] Content)> layers = [];

    private ComposeArtifact()
    {
    }

    public static byte[] Configuration { get; } = "{}"u8.ToArray();

    /// <summary>What the registry must have before the manifest.</summary>
    public IEnumerable<byte[]> Blobs => layers.Select(layer => layer.Content).Prepend(Configuration);

    /// <param name="project">As its files say it, without their environment files merged into services.</param>
    /// <param name="pinned">The same with digests in the names of its images; null to leave them.</param>
    /// <exception cref="ComposeException">The files need others that are not published with them.</exception>
    public static ComposeArtifact Of(ComposeProject project, ComposeProject? pinned)
    {
        ArgumentNullException.ThrowIfNull(project);
        var artifact = new ComposeArtifact();
        foreach (var file in project.ComposeFiles)
        {
            if (file == ProjectFiles.StandardInput)
            {
                throw new ComposeException("the standard input cannot be published; name a file");
            }

            RefuseOthers(file);
            artifact.Add(FileType, "com.docker.compose.file", Path.GetFileName(file), Encoding.UTF8.GetBytes(FileText.Read(file)));
        }

        if (Override(artifact, project, pinned) is { } text)
        {
            artifact.Add(FileType, "com.docker.compose.file", "published.yaml", Encoding.UTF8.GetBytes(text));
        }

        return artifact;
    }

    /// <param name="version"><c>1.0</c> or <c>1.1</c> of the OCI image specification.</param>
    public byte[] Manifest(string version, DateTimeOffset created)
    {
        var isOld = version == "1.0";
        var manifest = new ImageManifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.OciManifest,
            ArtifactType = isOld ? null : Type,
            Config = new() { MediaType = isOld ? OldConfigType : EmptyConfigType, Digest = Digest.Sha256(Configuration), Size = Configuration.Length },
            Layers = [.. layers.Select(layer => layer.Descriptor)],
            Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["org.opencontainers.image.created"] = created.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            },
        };
        return JsonSerializer.SerializeToUtf8Bytes(manifest, ImageJson.Canonical.ImageManifest);
    }

    /// <summary>Digests of images, and environment files under the names that they have in the artifact.</summary>
    private static string? Override(ComposeArtifact artifact, ComposeProject project, ComposeProject? pinned)
    {
        var text = new StringBuilder();
        foreach (var service in project.AllServices.OrderBy(service => service.Name, StringComparer.Ordinal))
        {
            var lines = new List<string>();
            if (pinned?.Services.GetValueOrDefault(service.Name)?.Image is { Length: > 0 } image)
            {
                lines.Add($"    image: {YamlWriter.Write(OutputMap.Scalar(image)).TrimEnd('\n')}\n");
            }

            if (service.EnvFiles.Count > 0)
            {
                lines.Add("    env_file: !override\n");
                lines.AddRange(service.EnvFiles.Select(file => $"      - path: {artifact.Environment(file)}\n        required: {(file.Required ? "true" : "false")}\n"
                    + (file.Format is { Length: > 0 } format ? $"        format: {format}\n" : "")));
            }

            if (lines.Count > 0)
            {
                text.Append("  ").Append(YamlText.Key(service.Name)).Append(":\n").AppendJoin("", lines);
            }
        }

        return text.Length == 0 ? null : $"services:\n{text}";
    }

    private string Environment(EnvFile file)
    {
        if (!File.Exists(file.Path))
        {
            return file.Required ? throw new ComposeException($"env file {file.Path} not found; make it, or set required: false") : "missing.env";
        }

        var content = Encoding.UTF8.GetBytes(FileText.Read(file.Path));
        var name = $"{Convert.ToHexStringLower(SHA256.HashData(content))}.env";
        if (!layers.Exists(layer => layer.Descriptor.Annotations!.Values.Contains(name)))
        {
            Add(EnvironmentFileType, EnvironmentAnnotation, name, content);
        }

        return name;
    }

    private void Add(string mediaType, string annotation, string name, byte[] content) => layers.Add((new()
    {
        MediaType = mediaType,
        Digest = Digest.Sha256(content),
        Size = content.Length,
        Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { [annotation] = name },
    }, content));

    private static void RefuseOthers(string file)
    {
        foreach (var document in YamlReader.Read(FileText.Read(file), file).OfType<MappingNode>())
        {
            if (document["include"] is SequenceNode { Items: var includes } && includes.FirstOrDefault(item => !IsRemote(item as ScalarNode ?? (item as MappingNode)?["path"])) is { } local)
            {
                throw new ComposeException("include: a local file is not published with this one; publish the output of compose config", local.Origin);
            }

            foreach (var (name, service) in Normalizing.LongForms.Mappings(document, "services"))
            {
                if ((service["extends"] as MappingNode)?["file"] is { } other && !IsRemote(other))
                {
                    throw new ComposeException($"services.{name}.extends: a local file is not published with this one; publish the output of compose config", other.Origin);
                }
            }
        }
    }

    private static bool IsRemote(Node? node) => node is ScalarNode { Text: { } text } && RemoteFiles.IsRemote(text);
}
