namespace Gantry.Engine.Bundles;

/// <summary>Which cgroups the host has (cgroups(7)).</summary>
internal sealed record CgroupLayout(bool IsUnified)
{
    private const string Root = "/sys/fs/cgroup";

    public static CgroupLayout Detect() => new(File.Exists(Path.Combine(Root, "cgroup.controllers")));

    /// <summary>The path of a container below each hierarchy.</summary>
    public static string PathOf(Containers.ContainerRecord container) =>
        container.HostConfig.CgroupParent is { Length: > 0 } parent ? $"/{parent.Trim('/')}/{container.Id}" : $"/gantry/{container.Id}";

    /// <summary>The directory of a controller's cgroup.</summary>
    public string Directory(string controller, string path) => IsUnified ? Root + path : $"{Root}/{controller}{path}";

    public bool Has(string controller) => IsUnified
        ? File.ReadAllText(Path.Combine(Root, "cgroup.controllers")).Split([' ', '\n']).Contains(controller)
        : System.IO.Directory.Exists(Path.Combine(Root, controller));
}
