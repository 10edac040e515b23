using Gantry.Engine.Mounts;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Containers;

/// <summary>Completes what a request leaves open with what the image says, by Docker's rules.</summary>
internal static class ConfigMerge
{
    public static ContainerConfig Merge(ContainerConfig request, ContainerConfig image)
    {
        // An entrypoint of the request drops the image's command; [""] clears the image's entrypoint.
        var entrypoint = request.Entrypoint;
        var command = request.Cmd;
        if (entrypoint is null or { Length: 0 })
        {
            command = command is null or { Length: 0 } ? image.Cmd : command;
            entrypoint = entrypoint is null ? image.Entrypoint : entrypoint;
        }
        else if (entrypoint is [""])
        {
            entrypoint = null;
        }

        return request with
        {
            User = request.User.Length > 0 ? request.User : image.User,
            ExposedPorts = Union(request.ExposedPorts, image.ExposedPorts),
            Env = MergeEnvironment(request.Env, image.Env),
            Labels = MergeLabels(request.Labels, image.Labels),
            Entrypoint = entrypoint,
            Cmd = command,
            Healthcheck = MergeHealth(request.Healthcheck, image.Healthcheck),
            WorkingDir = request.WorkingDir.Length > 0 ? CleanDirectory(request.WorkingDir) : image.WorkingDir,
            Volumes = Union(request.Volumes, image.Volumes),
            StopSignal = request.StopSignal ?? image.StopSignal,
            Shell = request.Shell is { Length: > 0 } ? request.Shell : image.Shell,
            OnBuild = request.OnBuild ?? image.OnBuild,
        };
    }

    /// <summary>The program and its arguments.</summary>
    public static (string Path, string[] Arguments) CommandLine(ContainerConfig config)
    {
        string[] all = [.. config.Entrypoint ?? [], .. config.Cmd ?? []];
        return all.Length == 0 ? throw new InvalidArgumentException("no command specified") : (all[0], all[1..]);
    }

    /// <summary>The request's variables first; of the image those whose name is not there yet. A name alone keeps the image's from coming back.</summary>
    private static string[] MergeEnvironment(string[]? request, string[]? image)
    {
        if (image is null or { Length: 0 })
        {
            return request ?? [];
        }

        if (request is null or { Length: 0 })
        {
            return image;
        }

        var names = new HashSet<string>(request.Select(NameOf), StringComparer.Ordinal);
        return [.. request, .. image.Where(variable => !names.Contains(NameOf(variable)))];
    }

    private static string NameOf(string variable) => variable.IndexOf('=') is >= 0 and var at ? variable[..at] : variable;

    private static Dictionary<string, string> MergeLabels(Dictionary<string, string>? request, Dictionary<string, string>? image)
    {
        var labels = new Dictionary<string, string>(image ?? [], StringComparer.Ordinal);
        foreach (var (name, value) in request ?? [])
        {
            labels[name] = value;
        }

        return labels;
    }

    private static Dictionary<string, EmptyObject>? Union(Dictionary<string, EmptyObject>? request, Dictionary<string, EmptyObject>? image)
    {
        if (request is null or { Count: 0 })
        {
            return OmittedFields.OrNull(image);
        }

        if (image is null or { Count: 0 })
        {
            return request;
        }

        var all = new Dictionary<string, EmptyObject>(request, StringComparer.Ordinal);
        foreach (var key in image.Keys)
        {
            all.TryAdd(key, default);
        }

        return all;
    }

    private static HealthConfig? MergeHealth(HealthConfig? request, HealthConfig? image)
    {
        if (request is null || image is null)
        {
            return request ?? image;
        }

        return new HealthConfig
        {
            Test = request.Test ?? image.Test,
            Interval = request.Interval != 0 ? request.Interval : image.Interval,
            Timeout = request.Timeout != 0 ? request.Timeout : image.Timeout,
            StartPeriod = request.StartPeriod != 0 ? request.StartPeriod : image.StartPeriod,
            StartInterval = request.StartInterval != 0 ? request.StartInterval : image.StartInterval,
            Retries = request.Retries != 0 ? request.Retries : image.Retries,
        };
    }

    /// <summary>What is not absolute is left for its rule to refuse.</summary>
    private static string CleanDirectory(string path) => path.StartsWith('/') ? ContainerPath.Clean(path) : path;
}
