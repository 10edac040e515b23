using Gantry.Spec;
using Gantry.Spec.Distribution;
using Gantry.Spec.Engine;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>Asks a registry that can search, as Docker Hub can.</summary>
    /// <param name="term">Words; with a registry's host and a slash before them for one that is not Docker Hub.</param>
    public Task<IReadOnlyList<SearchResult>> SearchAsync(string term, int limit, RegistryAuth? auth, CancellationToken cancellationToken)
    {
        var slash = term.IndexOf('/');
        var host = slash > 0 && (term.AsSpan(0, slash).ContainsAny('.', ':') || term[..slash] == "localhost") ? term[..slash] : ImageReference.DefaultDomain;
        var words = host == ImageReference.DefaultDomain ? term : term[(slash + 1)..];
        // A session belongs to a repository; which one does not matter where none is asked for.
        return ImageReference.TryParse($"{host}/library/search", out var reference)
            ? registry.OpenIndex(reference, auth).SearchAsync(words, limit, cancellationToken)
            : throw new InvalidArgumentException($"invalid registry {host}");
    }
}
