using Gantry.Compose.Nodes;
using Gantry.Compose.Publishing;
using Gantry.Spec;

namespace Gantry.Compose.Loading;

/// <summary>Projects that were published to a registry, <c>oci://registry/repository:tag</c>; each manifest is fetched once into the user's cache.</summary>
internal static class RegistryResources
{
    public const string Scheme = "oci://";

    /// <summary>The local copy of the project's files in one.</summary>
    public static string Fetch(LoadOptions options, string resource, Origin? at)
    {
        if (options.Artifacts is not { } source)
        {
            throw new ComposeException($"{resource} cannot be read here: nothing is known of registries", at);
        }

        try
        {
            var name = ImageReference.Parse(resource[Scheme.Length..]).WithDefaultTag();
            var (digest, manifest) = source.FindManifest(name) ?? throw new ComposeException($"{resource}: there is no such project at the registry", at);
            // The last part names the project, where nothing else does.
            var directory = RemoteFiles.Once(options, digest.Hex, name.Path.Split('/')[^1], target =>
                PublishedProject.Write(manifest, blob => source.GetBlob(name.NameOnly().WithDigest(blob)), target));
            return Path.Combine(directory, PublishedProject.FileName);
        }
        catch (Exception e) when (e is FormatException or GantryException)
        {
            throw new ComposeException($"{resource}: {e.Message}", at, e);
        }
    }
}
