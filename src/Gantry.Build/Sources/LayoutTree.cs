using System.Text.Json;
using Gantry.Images.Layouts;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Sources;

/// <summary>A directory of the client that is an OCI layout.</summary>
/// <param name="tree">Stays its owner's.</param>
public sealed class LayoutTree(SourceTree tree) : ILayoutSource
{
    private const string TagName = "org.opencontainers.image.ref.name";
    private const string Latest = "latest";
    private const int MostIndexBytes = 8 << 20;

    public Task<Digest> ResolveAsync(string? tag, CancellationToken cancellationToken) => BlockingWork.RunAsync(
        () =>
        {
            var named = ReadIndex().Manifests;
            var found = named.FirstOrDefault(manifest => manifest.Annotations?.GetValueOrDefault(TagName) == (tag ?? Latest));
            return (found ?? (tag is null && named.Count == 1 ? named[0] : throw new NotFoundException($"the OCI layout has nothing named {tag ?? Latest}"))).Digest;
        },
        cancellationToken);

    public Task<Stream> OpenAsync(Digest digest, CancellationToken cancellationToken) =>
        Task.FromResult(tree.OpenFile(FileAt($"blobs/{digest.Algorithm}/{digest.Hex}")).OpenStream());

    private ImageIndex ReadIndex()
    {
        var file = FileAt("index.json");
        if (file.Size > MostIndexBytes)
        {
            throw new InvalidArgumentException($"index.json of the OCI layout has {file.Size} bytes: at most {MostIndexBytes} are read");
        }

        using var stream = tree.OpenFile(file).OpenStream();
        try
        {
            return JsonSerializer.Deserialize(stream, ImageJson.Default.ImageIndex) is { Manifests: not null } index ? index : throw new InvalidArgumentException("index.json of the OCI layout is not valid: it lists no manifests");
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"index.json of the OCI layout is not valid: {e.Message}", e);
        }
    }

    private SourceEntry FileAt(string path) =>
        tree.Resolve(path) is { Kind: FileKind.Regular } file ? file : throw new NotFoundException($"the OCI layout has no {path}");
}
