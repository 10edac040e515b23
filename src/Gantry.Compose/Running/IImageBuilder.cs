using Gantry.Compose.Model;

namespace Gantry.Compose.Running;

/// <summary>Builds the images of services, and pulls them with the user's credentials.</summary>
public interface IImageBuilder
{
    /// <summary>Builds one image and gives it its name.</summary>
    Task BuildAsync(ComposeProject project, ComposeService service, CancellationToken cancellationToken);

    /// <summary>What a registry wants to see of the user to give out an image; null for nothing.</summary>
    string? CredentialsFor(string image);
}
