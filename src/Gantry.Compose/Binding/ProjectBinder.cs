using Gantry.Compose.Model;
using Gantry.Compose.Nodes;

namespace Gantry.Compose.Binding;

/// <summary>The canonical tree as the model's types.</summary>
internal static class ProjectBinder
{
    public static ComposeProject Bind(MappingNode model, ComposeProject frame, Action<string> warn)
    {
        var reader = new MappingReader(model, "", warn);
        return frame with
        {
            Services = reader.Named("services", (name, service, _) => ServiceBinder.Bind(name, service)),
            Networks = reader.Named("networks", (_, network, _) => NetworkBinder.Definition(network)),
            Volumes = reader.Named("volumes", (_, volume, _) => Volume(volume)),
            Secrets = reader.Named("secrets", (_, secret, _) => File(new SecretDefinition { Name = "" }, secret)),
            Configs = reader.Named("configs", (_, config, _) => File(new ConfigDefinition { Name = "" }, config)),
            Models = reader.Named("models", (_, language, _) => Model(language)),
            Extensions = reader.Extensions(),
        };
    }

    private static VolumeDefinition Volume(MappingReader volume) => new()
    {
        Name = volume.Text("name") ?? "",
        Driver = volume.Text("driver"),
        DriverOpts = volume.Map("driver_opts"),
        External = volume.Flag("external"),
        Labels = volume.Map("labels"),
        Extensions = volume.Extensions(),
    };

    private static T File<T>(T definition, MappingReader file) where T : FileDefinition => definition with
    {
        Name = file.Text("name") ?? "",
        File = file.Text("file"),
        Environment = file.Text("environment"),
        Value = (file.Node("environment") as ScalarNode)?.Meaning,
        Content = file.Text("content"),
        External = file.Flag("external"),
        Labels = file.Map("labels"),
        Driver = file.Text("driver"),
        DriverOpts = file.Map("driver_opts"),
        TemplateDriver = file.Text("template_driver"),
        Extensions = file.Extensions(),
    };

    private static ModelDefinition Model(MappingReader model) => new()
    {
        Name = model.Text("name") ?? "",
        Model = model.Required("model"),
        ContextSize = model.Long("context_size") ?? 0,
        RuntimeFlags = model.Texts("runtime_flags"),
        Extensions = model.Extensions(),
    };
}
