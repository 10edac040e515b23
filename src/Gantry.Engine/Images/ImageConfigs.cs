using Gantry.Spec.Engine;
using Gantry.Spec.Image;

namespace Gantry.Engine.Images;

/// <summary>What an image says of its containers, in the API's types.</summary>
internal static class ImageConfigs
{
    public static ContainerConfig ToContainerConfig(ImageConfig config) => new()
    {
        User = config.User ?? "",
        ExposedPorts = Set(config.ExposedPorts?.Keys),
        Env = [.. config.Env ?? []],
        Cmd = config.Cmd?.ToArray(),
        Entrypoint = config.Entrypoint?.ToArray(),
        Healthcheck = ToHealth(config.Healthcheck),
        Volumes = Set(config.Volumes?.Keys),
        WorkingDir = config.WorkingDir ?? "",
        OnBuild = config.OnBuild?.ToArray(),
        Labels = config.Labels is null ? null : new(config.Labels, StringComparer.Ordinal),
        StopSignal = config.StopSignal,
        Shell = config.Shell?.ToArray(),
    };

    public static ImageInspectConfig ToInspect(ImageConfig config) => new()
    {
        User = config.User ?? "",
        ExposedPorts = Set(config.ExposedPorts?.Keys),
        Env = config.Env?.ToArray(),
        Cmd = config.Cmd?.ToArray(),
        Entrypoint = config.Entrypoint?.ToArray(),
        Healthcheck = ToHealth(config.Healthcheck),
        ArgsEscaped = config.ArgsEscaped,
        Volumes = Set(config.Volumes?.Keys),
        WorkingDir = config.WorkingDir ?? "",
        OnBuild = config.OnBuild?.ToArray(),
        Labels = config.Labels is null ? null : new(config.Labels, StringComparer.Ordinal),
        StopSignal = config.StopSignal,
        Shell = config.Shell?.ToArray(),
    };

    private static HealthConfig? ToHealth(ImageHealthcheck? health) => health is null ? null : new()
    {
        Test = health.Test?.ToArray(),
        Interval = health.Interval,
        Timeout = health.Timeout,
        StartPeriod = health.StartPeriod,
        StartInterval = health.StartInterval,
        Retries = health.Retries,
    };

    private static Dictionary<string, Spec.Engine.EmptyObject>? Set(IEnumerable<string>? keys) =>
        keys?.ToDictionary(key => key, _ => default(Spec.Engine.EmptyObject), StringComparer.Ordinal);
}
