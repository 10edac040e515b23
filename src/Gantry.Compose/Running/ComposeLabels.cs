using System.Text.Json;

namespace Gantry.Compose.Running;

/// <summary>How a project's containers, networks and volumes are known, by whichever tool they were made (Docker Compose, <c>pkg/api/labels.go</c>).</summary>
public static class ComposeLabels
{
    public const string Project = "com.docker.compose.project";
    public const string Service = "com.docker.compose.service";
    public const string Number = "com.docker.compose.container-number";
    public const string OneOff = "com.docker.compose.oneoff";
    public const string ConfigHash = "com.docker.compose.config-hash";
    public const string Image = "com.docker.compose.image";
    public const string DependsOn = Spec.ComposeDependency.Label;
    public const string Version = "com.docker.compose.version";
    public const string WorkingDirectory = "com.docker.compose.project.working_dir";
    public const string ConfigFiles = "com.docker.compose.project.config_files";
    public const string EnvironmentFile = "com.docker.compose.project.environment_file";
    public const string Network = "com.docker.compose.network";
    public const string Volume = "com.docker.compose.volume";
    public const string Replace = "com.docker.compose.replace";
    public const string Slug = "com.docker.compose.slug";
    public const string ImageBuilder = "com.docker.compose.image.builder";

    /// <summary>A network or volume was made for the project, of a description that hashes otherwise.</summary>
    internal static bool IsOutdated(JsonElement resource, string project, string hash) =>
        resource.TryGetProperty("Labels", out var labels) && labels.ValueKind == JsonValueKind.Object
        && labels.TryGetProperty(Project, out var owner) && owner.GetString() == project
        && labels.TryGetProperty(ConfigHash, out var known) && known.GetString() != hash;

    /// <summary>The version of Docker Compose whose labels and hashes ours are.</summary>
    public const string CompatibleVersion = "2.26.1";
}
