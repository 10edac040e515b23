using System.Security.Cryptography;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;
using Gantry.Compose.Model;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose run: a container of a service for one command.</summary>
internal static class RunCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "run [OPTIONS] SERVICE [COMMAND] [ARGS...]", "Run a one-off command on a service", 1, Command.Any, RunAsync, static o =>
    {
        o.Add("build", null, "bool", "Build image before starting container");
        o.Add("cap-add", null, "list", "Add Linux capabilities");
        o.Add("cap-drop", null, "list", "Drop Linux capabilities");
        o.Add("detach", 'd', "bool", "Run container in background and print container ID");
        o.Add("entrypoint", null, "string", "Override the entrypoint of the image");
        o.Add("env", 'e', "stringArray", "Set environment variables");
        o.Add("env-from-file", null, "stringArray", "Set environment variables from file");
        o.Add("interactive", 'i', "bool", "Keep STDIN open even if not attached", "true");
        o.Add("label", 'l', "stringArray", "Add or override a label");
        o.Add("name", null, "string", "Assign a name to the container");
        o.Add("no-TTY", 'T', "bool", "Disable pseudo-TTY allocation (default: auto-detected)");
        o.Add("no-deps", null, "bool", "Don't start linked services");
        o.Add("publish", 'p', "stringArray", "Publish a container's port(s) to the host");
        o.Add("pull", null, "string", "Pull image before running (\"always\"|\"missing\"|\"never\")", "policy");
        o.Add("quiet", 'q', "bool", "Don't print anything to STDOUT");
        o.Add("quiet-build", null, "bool", "Suppress progress output from the build process");
        o.Add("quiet-pull", null, "bool", "Pull without printing progress information");
        o.Add("remove-orphans", null, "bool", "Remove containers for services not defined in the Compose file");
        o.Add("rm", null, "bool", "Automatically remove the container when it exits");
        o.Add("service-ports", 'P', "bool", "Run command with all service's ports enabled and mapped to the host");
        o.Add("use-aliases", null, "bool", "Use the service's network useAliases in the network(s) the container connects to");
        o.Add("user", 'u', "string", "Run as specified username or uid");
        o.Add("volume", 'v', "stringArray", "Bind mount a volume");
        o.Add("workdir", 'w', "string", "Working directory inside the container");
        o.AddHidden("labels", null, "stringArray");
        o.AddHidden("tty", 't', "bool", "true");
        o.AddHidden("volumes", null, "stringArray");
    }, stopsAtFirst: true);

    private static async Task<int> RunAsync(ComposeCall call)
    {
        if (call.Has("tty") && call.Has("no-TTY")) throw new CommandLineException("--tty and --no-TTY can't be used together");
        var name = call.Arguments[0];
        var project = call.Project([name]);
        var slug = RandomNumberGenerator.GetHexString(64, lowercase: true);
        var service = Adapt(call, project, project.Services[name]);
        var beneath = project.Services.Where(item => item.Key != name && !call.Flag("no-deps")).ToDictionary();
        var others = project with { Services = beneath, DisabledServices = project.AllServices.Where(one => !beneath.ContainsKey(one.Name)).ToDictionary(one => one.Name) };
        var runner = new ProjectRunner(call.Engine(project.Name), others, ComposeBuilder.Beside(call), call.Flag("quiet") ? new NoProgress() : call.Progress, call.Warn);
        string id;
        using (await ProjectLock.TakeAsync($"{call.Client.Address}", project.Name, call.Warn, CancellationToken.None).ConfigureAwait(false))
        {
            if (others.Services.Count > 0)
            {
                await runner.CreateAsync(UpRequest.From(call) with { Services = [], Recreate = RecreatePolicy.Never, Build = false }, CancellationToken.None).ConfigureAwait(false);
                await runner.StartAsync(isQuiet: false, CancellationToken.None).ConfigureAwait(false);
            }

            id = await runner.CreateOneOffAsync(
                project with { Services = new Dictionary<string, ComposeService> { [name] = service } },
                new() { Name = call.Has("name") ? call.Text("name") : string.Join(project.Separator, project.Name, name, "run", slug[..12]), Slug = slug, AutoRemove = call.Flag("rm"), HasAliases = call.Flag("use-aliases"), AttachesInput = !call.Flag("detach") },
                UpRequest.From(call),
                CancellationToken.None).ConfigureAwait(false);
        }

        call.EndProgress();
        if (call.IsDryRun) return 0;
        if (call.Flag("detach"))
        {
            await call.Client.StartContainerAsync(id).ConfigureAwait(false);
            call.Out.Line(id);
            return 0;
        }

        return await Dispatcher.RunCommandAsync(["start", "-a", .. call.Flag("interactive") ? (string[])["-i"] : [], id], call.Session).ConfigureAwait(false);
    }

    private static ComposeService Adapt(ComposeCall call, ComposeProject project, ComposeService service)
    {
        var hasTerminal = call.Has("tty") ? call.Flag("tty") : call.Has("no-TTY") ? !call.Flag("no-TTY") : Terminal.OutputIsTerminal && Terminal.InputIsTerminal;
        return ServiceOverride.Apply(project, service, new()
        {
            Command = call.Arguments.Count > 1 ? [.. call.Arguments.Skip(1)] : null,
            Entrypoint = call.Has("entrypoint") ? call.Text("entrypoint") : null,
            EnvironmentFiles = call.List("env-from-file"),
            Environment = call.List("env"),
            Labels = [.. call.List("label"), .. call.List("labels")],
            Ports = call.List("publish"),
            Volumes = [.. call.List("volume"), .. call.List("volumes")],
            CapAdd = call.List("cap-add"),
            CapDrop = call.List("cap-drop"),
            User = call.Has("user") ? call.Text("user") : null,
            WorkingDirectory = call.Has("workdir") ? call.Text("workdir") : null,
            KeepsPorts = call.Flag("service-ports"),
            HasTerminal = hasTerminal,
            HasInput = call.Flag("interactive"),
        });
    }
}
