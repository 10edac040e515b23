using Gantry.Compose.Model;

namespace Gantry.Compose.Running;

/// <summary>Builds the images of services, and pulls them with the user's credentials.</summary>
public interface IImageBuilder
{
    /// <summary>Builds the images of services, each after those it needs, and gives them their names.</summary>
    Task BuildAsync(ComposeProject project, IReadOnlyList<ComposeService> services, CancellationToken cancellationToken);

    /// <summary>What a registry wants to see of the user to give out an image; null for nothing.</summary>
    string? CredentialsFor(string image);
}
