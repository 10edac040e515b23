using Gantry.Engine.Containers;
using Gantry.Spec.Engine;
using Gantry.Spec.Templates;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>A container as templates of log tags see it, by the names of Docker's <c>logger.Info</c>.</summary>
internal sealed class TaggedContainer(ContainerRecord container, DriverOptions options) : ITemplateObject
{
    private const string DaemonName = "docker";

    public string GoType => "*logger.Info";

    public IEnumerable<KeyValuePair<string, object?>> Fields =>
    [
        new("Command", string.Join(' ', container.Args.Prepend(container.Path))),
        new("ContainerArgs", container.Args),
        new("ContainerCreated", GoTime.Format(container.Created)),
        new("ContainerEntrypoint", container.Path),
        new("ContainerEnv", container.Config.Env ?? []),
        new("ContainerID", container.Id),
        new("ContainerImageID", container.ImageId),
        new("ContainerImageName", container.Config.Image),
        new("ContainerLabels", new TemplateMap(container.Config.Labels ?? [])),
        new("ContainerName", "/" + container.Name),
        new("DaemonName", DaemonName),
        new("ExtraAttributes", new TemplateMap(LogAttributes.Of(container, options))),
        new("FullID", container.Id),
        new("Hostname", Environment.MachineName),
        new("ID", ContainerIdentity.Short(container.Id)),
        new("ImageFullID", container.ImageId),
        new("ImageID", ContainerIdentity.Short(container.ImageId.Replace("sha256:", "", StringComparison.Ordinal))),
        new("ImageName", container.Config.Image),
        new("Name", container.Name),
    ];

    public bool TryGet(string name, out object? value)
    {
        var found = Fields.FirstOrDefault(field => field.Key == name);
        value = found.Value;
        return found.Key is not null;
    }

    /// <summary>Docker's templates say <c>(.ExtraAttributes nil).NAME</c>.</summary>
    public bool TryCall(string name, string argument, out object? value) => TryGet(name, out value) && name == "ExtraAttributes";

    private sealed class TemplateMap(IReadOnlyDictionary<string, string> values) : ITemplateObject
    {
        public string GoType => "map[string]string";

        public IEnumerable<KeyValuePair<string, object?>> Fields =>
            values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value));

        public bool TryGet(string name, out object? value)
        {
            // A map of Go has an empty text where it has no such key.
            value = values.GetValueOrDefault(name) ?? "";
            return true;
        }
    }
}
