using Gantry.Engine.Containers;
using Gantry.Spec;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>The log option <c>tag</c>: a template over the container.</summary>
internal static class LogTag
{
    public const string Option = "tag";
    public const string Default = "{{.ID}}";

    /// <param name="container">The template's object.</param>
    /// <param name="options">Of its driver.</param>
    /// <param name="otherwise">The template where none is given.</param>
    /// <exception cref="InvalidArgumentException">It is not a template, or asks for what is not there.</exception>
    public static string Of(ContainerRecord container, DriverOptions options, string otherwise)
    {
        var result = options.Text(Option) is { Length: > 0 } given ? given : otherwise;
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[
            ("ID", ContainerIdentity.Short(container.Id)), ("FullID", container.Id), ("Name", container.Name),
            ("ImageName", container.Config.Image), ("ImageID", ContainerIdentity.Short(container.ImageId.Replace("sha256:", "", StringComparison.Ordinal))),
            ("ImageFullID", container.ImageId), ("DaemonName", "docker")])
        {
            result = result.Replace("{{." + name + "}}", value, StringComparison.Ordinal);
        }

        return result;
    }
}
