using System.Globalization;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Compose.Model;
using Gantry.Compose.Running;
using Gantry.Spec;

namespace Gantry.Cli.Compose;

/// <summary>Builds images of services as <c>build</c> does.</summary>
/// <param name="more">Options of the command itself.</param>
internal sealed class ComposeBuilder(Session session, IReadOnlyList<string> more) : IImageBuilder
{
    public async Task BuildAsync(ComposeProject project, ComposeService service, CancellationToken cancellationToken)
    {
        var build = service.Build!;
        var image = ContainerNames.ImageOf(project, service);
        using var inline = InlineDockerfile.Write(build.DockerfileInline);
        List<string> words = ["build", "-t", image];
        foreach (var tag in build.Tags) words.AddRange(["-t", tag]);
        Add("-f", inline?.Path ?? (build.Dockerfile is { } file && build.Context is { } context && Directory.Exists(context) ? Path.GetFullPath(file, context) : build.Dockerfile));
        foreach (var (name, value) in build.Args) words.AddRange(["--build-arg", value is null ? name : $"{name}={value}"]);
        foreach (var (name, value) in build.Labels.Concat(Labels(project, service))) words.AddRange(["--label", $"{name}={value}"]);
        foreach (var cache in build.CacheFrom) words.AddRange(["--cache-from", cache]);
        foreach (var cache in build.CacheTo) words.AddRange(["--cache-to", cache]);
        foreach (var (name, place) in build.AdditionalContexts) words.AddRange(["--build-context", $"{name}={Context(project, place)}"]);
        foreach (var (host, addresses) in build.ExtraHosts) foreach (var address in addresses) words.AddRange(["--add-host", $"{host}:{address}"]);
        foreach (var secret in build.Secrets) words.AddRange(["--secret", Secret(project, secret)]);
        foreach (var (id, key) in build.Ssh) words.AddRange(["--ssh", key is null ? id : $"{id}={key}"]);
        foreach (var (name, limit) in build.Ulimits) words.AddRange(["--ulimit", string.Create(CultureInfo.InvariantCulture, $"{name}={limit.Soft}:{limit.Hard}")]);
        var platforms = build.Platforms.Count > 0 ? build.Platforms : service.Platform is { } own ? [own] : (IReadOnlyList<string>)[];
        foreach (var platform in platforms) words.AddRange(["--platform", platform]);
        foreach (var entitlement in build.Entitlements) words.AddRange(["--allow", entitlement]);
        Add("--target", build.Target);
        Add("--network", build.Network);
        if (build.ShmSize > 0) Add("--shm-size", build.ShmSize.ToString(CultureInfo.InvariantCulture));
        if (build.NoCache) words.Add("--no-cache");
        if (build.Pull) words.Add("--pull");
        words.AddRange([.. more, build.Context ?? project.WorkingDirectory]);
        if (await Dispatcher.RunCommandAsync(words, session).ConfigureAwait(false) is not 0 and var code)
        {
            throw new CommandLineException($"failed to build service {service.Name}", code);
        }

        void Add(string option, string? value)
        {
            if (!string.IsNullOrEmpty(value)) words.AddRange([option, value]);
        }
    }

    public string? CredentialsFor(string image) => session.Config.RegistryAuth(ImageReference.Parse(image).Domain);

    private static IEnumerable<KeyValuePair<string, string>> Labels(ComposeProject project, ComposeService service) =>
    [
        new(ComposeLabels.Project, project.Name),
        new(ComposeLabels.Service, service.Name),
        new(ComposeLabels.Version, ComposeLabels.CompatibleVersion),
    ];

    /// <summary><c>service:name</c> is what that service is built to.</summary>
    private static string Context(ComposeProject project, string place) => place.StartsWith("service:", StringComparison.Ordinal) && project.Services.TryGetValue(place["service:".Length..], out var service)
        ? $"docker-image://{ContainerNames.ImageOf(project, service)}"
        : place;

    private static string Secret(ComposeProject project, FileReference reference)
    {
        var definition = project.Secrets[reference.Source];
        var id = reference.Target ?? reference.Source;
        return definition.File is { Length: > 0 } file ? $"id={id},src={file}"
            : definition.Environment is { Length: > 0 } variable ? $"id={id},env={variable}"
            : throw new CommandLineException($"secret {reference.Source} of a build needs a file or an environment variable");
    }
}

/// <summary>A Dockerfile that is written in the Compose file, while it is used.</summary>
internal sealed class InlineDockerfile : IDisposable
{
    private InlineDockerfile(string path) => Path = path;

    public string Path { get; }

    public static InlineDockerfile? Write(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var path = System.IO.Path.GetTempFileName();
        File.WriteAllText(path, text);
        return new(path);
    }

    public void Dispose() => File.Delete(Path);
}
