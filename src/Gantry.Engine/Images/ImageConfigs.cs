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

    /// <summary>What a container's image says of it, for the image that is made of it.</summary>
    public static ImageConfig ToImageConfig(ContainerConfig config) => new()
    {
        User = Given(config.User),
        ExposedPorts = Sorted(config.ExposedPorts),
        Env = config.Env,
        Cmd = config.Cmd,
        Entrypoint = config.Entrypoint,
        Healthcheck = config.Healthcheck is not { } health ? null : new()
        {
            Test = health.Test,
            Interval = health.Interval,
            Timeout = health.Timeout,
            StartPeriod = health.StartPeriod,
            StartInterval = health.StartInterval,
            Retries = health.Retries,
        },
        Volumes = Sorted(config.Volumes),
        WorkingDir = Given(config.WorkingDir),
        OnBuild = config.OnBuild,
        Labels = config.Labels is { Count: > 0 } labels ? new SortedDictionary<string, string>(labels, StringComparer.Ordinal) : null,
        StopSignal = config.StopSignal,
        StopTimeout = config.StopTimeout,
        Shell = config.Shell,
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

    private static string? Given(string text) => text.Length > 0 ? text : null;

    private static SortedDictionary<string, Spec.Image.EmptyObject>? Sorted(Dictionary<string, Spec.Engine.EmptyObject>? set) =>
        set is { Count: > 0 } ? new(set.Keys.ToDictionary(key => key, _ => Spec.Image.EmptyObject.Value), StringComparer.Ordinal) : null;

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
