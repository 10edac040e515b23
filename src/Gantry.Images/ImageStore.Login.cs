using Gantry.Images.Registry;
using Gantry.Spec;
using Gantry.Spec.Distribution;

namespace Gantry.Images;

public sealed partial class ImageStore
{
    /// <summary>Checks credentials with a registry.</summary>
    /// <param name="domain">Its host and port; <c>docker.io</c> for Docker Hub.</param>
    /// <exception cref="UnauthorizedException">They are not accepted.</exception>
    /// <returns>A token to keep instead of the password, from registries that give one.</returns>
    public Task<string?> LoginAsync(string domain, RegistryAuth auth, CancellationToken cancellationToken)
    {
        // A session belongs to a repository; which one does not matter where none is asked for.
        var reference = ImageReference.TryParse($"{domain}/library/login", out var parsed)
            ? parsed
            : throw new InvalidArgumentException($"invalid registry address {domain}");
        return registry.OpenOwn(reference, auth, RegistryAccess.Login).CheckAsync(cancellationToken);
    }
}
