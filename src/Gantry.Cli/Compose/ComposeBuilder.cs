using System.Globalization;
using System.Runtime.InteropServices;
using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Definitions;
using Gantry.Compose.Model;
using Gantry.Compose.Running;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Cli.Compose;

/// <summary>Builds images of services as <c>build</c> does.</summary>
/// <param name="progress">How it is shown, where not as <c>--progress</c> says.</param>
/// <param name="more">Options of the command itself.</param>
internal sealed class ComposeBuilder(ComposeCall call, string? progress = null, params IReadOnlyList<string> more) : IImageBuilder
{
    /// <summary>Of a build that failed, as Docker Compose has it.</summary>
    private const int BuildFailed = 17;
    private const int Interrupted = 130;

    /// <summary>A signal while it builds ends the program. Not where other things go on that it has to end first.</summary>
    public bool EndsProgram { get; init; } = true;

    /// <summary>For a command that builds among other things; <c>--quiet-build</c> keeps it silent.</summary>
    public static ComposeBuilder Beside(ComposeCall call) => new(call, call.Flag("quiet-build") ? "quiet" : null);

    public async Task BuildAsync(ComposeProject project, IReadOnlyList<ComposeService> asked, CancellationToken cancellationToken)
    {
        var services = WithBases(project, asked);
        if (call.IsDryRun)
        {
            foreach (var service in services) await call.Progress.ShowAsync($"Service {service.Name}", "Building", "Built", () => Task.CompletedTask).ConfigureAwait(false);
            return;
        }

        call.EndProgress();
        using var interrupt = EndsProgram ? PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave) : null;
        using var terminate = EndsProgram ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave) : null;
        // Other daemons tell of a build in lines that do not say whose they are.
        var isGantryd = await Cli.Commands.BuildCommand.IsGantrydAsync(call.Client).ConfigureAwait(false);
        using var slots = new WorkSlots(isGantryd ? call.Parallel : 1);
        using var display = new SharedDisplay(Cli.Commands.BuildCommand.Display(call.Session, progress ?? call.Shared["progress"].AsString(), call.Session.Out.LineNow));
        var byName = services.ToDictionary(service => service.Name, StringComparer.Ordinal);
        try
        {
            await ServiceGraph.OfBuilds(project).VisitAsync(byName.Keys.ToHashSet(), isReversed: false, name =>
                slots.RunAsync(() => BuildAsync(project, byName[name], display.Of(name)))).ConfigureAwait(false);
        }
        finally
        {
            // Also what failed is shown as it ended.
            display.End();
        }

        if (more.Contains("--check")) return;
        foreach (var service in services) call.Progress.Report(new(ContainerNames.ImageOf(project, service), ProgressState.Done, "Built"));
    }

    /// <summary>Also those whose images are contexts of these.</summary>
    private static List<ComposeService> WithBases(ComposeProject project, IReadOnlyList<ComposeService> asked)
    {
        var services = asked.ToList();
        for (var i = 0; i < services.Count; i++)
        {
            var bases = project.AllServices.Where(service => services[i].Build!.BaseServices.Contains(service.Name) && !services.Exists(other => other.Name == service.Name));
            services.AddRange([.. bases]);
        }

        return services;
    }

    private async Task BuildAsync(ComposeProject project, ComposeService service, IBuildDisplay display)
    {
        var build = service.Build!;
        var image = ContainerNames.ImageOf(project, service);
        using var inline = InlineDockerfile.Write(build.DockerfileInline);
        List<string> words = ["-t", image];
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
        Add("--provenance", build.Provenance);
        Add("--sbom", build.Sbom);
        if (build.ShmSize > 0) Add("--shm-size", build.ShmSize.ToString(CultureInfo.InvariantCulture));
        if (build.NoCache) words.Add("--no-cache");
        if (build.Pull) words.Add("--pull");
        words.AddRange([.. more, build.Context ?? project.WorkingDirectory]);
        var command = BuildDefinitions.Build();
        var options = new OptionSet();
        command.Options?.Invoke(options);
        var rest = options.Parse([.. words], stopAtFirst: false);
        try
        {
            await Cli.Commands.BuildCommand.RunAsync(new(command, command.Name, options, rest, call.Session, call.Client), display).ConfigureAwait(false);
        }
        catch (CommandLineException e)
        {
            throw new CommandLineException($"{e.Message}\nfailed to build service {service.Name}", BuildFailed);
        }

        void Add(string option, string? value)
        {
            if (!string.IsNullOrEmpty(value)) words.AddRange([option, value]);
        }
    }

    /// <summary>The daemon ends what nobody waits for.</summary>
    private static void Leave(PosixSignalContext context)
    {
        context.Cancel = true;
        Environment.Exit(Interrupted);
    }

    public string? CredentialsFor(string image) => call.Session.Config.RegistryAuth(ImageReference.Parse(image).Domain);

    private static IEnumerable<KeyValuePair<string, string>> Labels(ComposeProject project, ComposeService service) =>
    [
        new(ComposeLabels.Project, project.Name),
        new(ComposeLabels.Service, service.Name),
        new(ComposeLabels.Version, ComposeLabels.CompatibleVersion),
    ];

    /// <summary><c>service:name</c> is what that service is built to.</summary>
    private static string Context(ComposeProject project, string place) => place.StartsWith(BuildSettings.OfService, StringComparison.Ordinal) && project.AllServices.FirstOrDefault(one => one.Name == place[BuildSettings.OfService.Length..]) is { } service
        ? ContextAddress.BuiltImage + ContainerNames.ImageOf(project, service)
        : place;

    /// <summary>A variable of an environment file becomes one of this process, where the build looks for it.</summary>
    private static string Given(ComposeProject project, string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is null && project.Environment.TryGetValue(variable, out var value)) Environment.SetEnvironmentVariable(variable, value);
        return variable;
    }

    private static string Secret(ComposeProject project, FileReference reference)
    {
        var definition = project.Secrets[reference.Source];
        var id = reference.Target ?? reference.Source;
        return definition.File is { Length: > 0 } file ? $"id={id},src={file}"
            : definition.Environment is { Length: > 0 } variable ? $"id={id},env={Given(project, variable)}"
            : throw new CommandLineException($"secret {reference.Source} of a build needs a file or an environment variable");
    }
}
