using Gantry.Images;
using Gantry.Spec;

namespace Gantry.Engine.Images;

internal static class StoreOptions
{
    public static ImageStoreOptions From(EngineOptions options) => new()
    {
        DataRoot = options.DataRoot,
        Registry = new()
        {
            InsecureRegistries = options.InsecureRegistries,
            Mirrors = [.. options.RegistryMirrors.Select(ToUri)],
            UserAgent = $"gantry/{options.Version}",
        },
    };

    private static Uri ToUri(string mirror) =>
        Uri.TryCreate(mirror, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri!
            : throw new InvalidArgumentException($"invalid registry mirror {mirror}: an http or https address is wanted");
}
