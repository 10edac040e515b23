using System.Globalization;
using Gantry.Compose.Model;

namespace Gantry.Compose.Running;

/// <summary>What containers and images of a project are called.</summary>
public static class ContainerNames
{
    public static string Of(ComposeProject project, ComposeService service, int number) =>
        service.ContainerName is { Length: > 0 } own ? own : string.Create(CultureInfo.InvariantCulture, $"{project.Name}{project.Separator}{service.Name}{project.Separator}{number}");

    /// <summary>What is built without a name of its own.</summary>
    public static string ImageOf(ComposeProject project, ComposeService service) =>
        service.Image is { Length: > 0 } own ? own : $"{project.Name}{project.Separator}{service.Name}";
}
