using Gantry.Cli.CommandLine;
using Gantry.Compose;
using Gantry.Compose.Loading;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose up.</summary>
internal static class UpCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "up [OPTIONS] [SERVICE...]", "Create and start containers", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("abort-on-container-exit", null, "bool", "Stops all containers if any container was stopped. Incompatible with -d");
        o.Add("abort-on-container-failure", null, "bool", "Stops all containers if any container exited with failure. Incompatible with -d");
        o.Add("always-recreate-deps", null, "bool", "Recreate dependent containers. Incompatible with --no-recreate.");
        o.Add("attach", null, "stringArray", "Restrict attaching to the specified services. Incompatible with --attach-dependencies.");
        o.Add("attach-dependencies", null, "bool", "Automatically attach to log output of dependent services");
        o.Add("build", null, "bool", "Build images before starting containers");
        o.Add("detach", 'd', "bool", "Detached mode: Run containers in the background");
        o.Add("exit-code-from", null, "string", "Return the exit code of the selected service container. Implies --abort-on-container-exit");
        o.Add("force-recreate", null, "bool", "Recreate containers even if their configuration and image haven't changed");
        o.Add("menu", null, "bool", "Enable interactive shortcuts when running attached: not supported");
        o.Add("no-attach", null, "stringArray", "Do not attach (stream logs) to the specified services");
        o.Add("no-build", null, "bool", "Don't build an image, even if it's policy");
        o.Add("no-color", null, "bool", "Produce monochrome output");
        o.Add("no-deps", null, "bool", "Don't start linked services");
        o.Add("no-log-prefix", null, "bool", "Don't print prefix in logs");
        o.Add("no-recreate", null, "bool", "If containers already exist, don't recreate them. Incompatible with --force-recreate.");
        o.Add("no-start", null, "bool", "Don't start the services after creating them");
        o.Add("plan", null, "bool", "Print what would change, and change nothing");
        o.Add("pull", null, "string", "Pull image before running (\"always\"|\"missing\"|\"never\")", "policy");
        o.Add("quiet-build", null, "bool", "Suppress the build output");
        o.Add("quiet-pull", null, "bool", "Pull without printing progress information");
        o.Add("remove-orphans", null, "bool", "Remove containers for services not defined in the Compose file");
        o.Add("renew-anon-volumes", 'V', "bool", "Recreate anonymous volumes instead of retrieving data from the previous containers");
        o.Add("scale", null, "stringArray", "Scale SERVICE to NUM instances. Overrides the scale setting in the Compose file if present.");
        o.Add("timeout", 't', "int", "Use this timeout in seconds for container shutdown when attached or when containers are already running", "0");
        o.Add("timestamps", null, "bool", "Show timestamps");
        o.Add("wait", null, "bool", "Wait for services to be running|healthy. Implies detached mode.");
        o.Add("wait-timeout", null, "int", "Maximum duration to wait for the project to be running|healthy", "0");
        o.Add("watch", 'w', "bool", "Watch source code and rebuild/refresh containers when files are updated.");
        o.Add("yes", 'y', "bool", "Assume \"yes\" as answer to all prompts and run non-interactively");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        RefuseContradictions(call);
        var project = ProjectChoice.Scaled(ProjectChoice.Of(call), call.List("scale"));
        if (call.Has("exit-code-from") && !project.Services.ContainsKey(call.Text("exit-code-from"))) throw new ComposeException($"no such service: {call.Text("exit-code-from")}");
        var engine = call.Engine(project.Name);
        var options = UpRequest.From(call, project);
        var runner = new ProjectRunner(engine, project, ComposeBuilder.Beside(call), call.Progress, call.Warn);
        if (call.Flag("plan"))
        {
            foreach (var item in await runner.PlanAsync(options, CancellationToken.None).ConfigureAwait(false)) call.Out.Line(PlanText.Of(project, item));
            return 0;
        }

        var isDetached = call.Flag("detach") || call.Flag("wait") || call.Flag("no-start");
        using (await ProjectLock.TakeAsync($"{call.Client.Address}", project.Name, call.Warn, CancellationToken.None).ConfigureAwait(false))
        {
            await runner.CreateAsync(options, CancellationToken.None).ConfigureAwait(false);
            if (isDetached && !call.Flag("no-start"))
            {
                await runner.StartAsync(isQuiet: false, CancellationToken.None).ConfigureAwait(false);
                if (call.Flag("wait")) await runner.WaitAsync(call.Number("wait-timeout") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null, CancellationToken.None).ConfigureAwait(false);
            }
        }

        call.EndProgress();
        if (isDetached) return 0;
        if (call.IsDryRun)
        {
            call.Out.Line("end of 'compose up' output, interactive run is not supported in dry-run mode");
            return 0;
        }

        using var attached = new AttachedUp(call, project, engine, runner);
        return await attached.RunAsync().ConfigureAwait(false);
    }

    private static void RefuseContradictions(ComposeCall call)
    {
        if (call.Flag("menu")) throw new CommandLineException("up has no interactive shortcuts: leave out --menu; --watch and --detach do what they do");
        foreach (var (one, other) in new[] { ("force-recreate", "no-recreate"), ("build", "no-build"), ("detach", "abort-on-container-exit"), ("detach", "abort-on-container-failure"), ("detach", "attach-dependencies"), ("always-recreate-deps", "no-recreate") })
        {
            if (call.Flag(one) && call.Flag(other)) throw new CommandLineException($"--{one} and --{other} are incompatible");
        }

        if (call.RemovesOrphans() && SwitchVariable.IsOn(Environment.GetEnvironmentVariable(SwitchVariable.IgnoreOrphans))) throw new CommandLineException($"cannot combine {SwitchVariable.IgnoreOrphans} and --remove-orphans");
        if (call.Flag("detach") && call.Has("exit-code-from")) throw new CommandLineException("--detach cannot be combined with --exit-code-from");
        if (call.Flag("watch") && (call.Flag("detach") || call.Flag("wait"))) throw new CommandLineException("--watch cannot be combined with --detach or --wait");
    }
}
