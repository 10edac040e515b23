using System.Runtime.InteropServices;
using Gantry.Cli.CommandLine;
using Gantry.Compose.Model;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose watch: brings services up and carries changes of files into them.</summary>
internal static class WatchCommand
{
    private const int Interrupted = 130;

    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "watch [SERVICE...]", "Watch build context for service and rebuild/refresh containers when files are updated", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("no-up", null, "bool", "Do not build & start services before watching");
        o.Add("prune", null, "bool", "Prune dangling images on rebuild", "true");
        o.Add("quiet", null, "bool", "hide build output");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var project = call.Project(call.Arguments);
        var watch = new ComposeWatch(call, project, call.Out.LineNow).Create();
        if (!call.Flag("no-up")) await UpAsync(call, Built(project, watch.Services)).ConfigureAwait(false);
        call.EndProgress();
        if (call.IsDryRun) return 0;
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await watch.RunAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }

        return Interrupted;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>What is watched begins with what the files are now.</summary>
    private static ComposeProject Built(ComposeProject project, IReadOnlySet<string> watched) => project with
    {
        Services = project.Services.ToDictionary(item => item.Key, item => watched.Contains(item.Key) && item.Value.Build is not null ? item.Value with { PullPolicy = "build" } : item.Value),
    };

    private static async Task UpAsync(ComposeCall call, ComposeProject project)
    {
        using var held = await ProjectLock.TakeAsync($"{call.Client.Address}", project.Name, call.Warn, CancellationToken.None).ConfigureAwait(false);
        var builder = new ComposeBuilder(call, call.Flag("quiet") ? "quiet" : null);
        var runner = new ProjectRunner(call.Engine(project.Name), project, builder, call.Progress, call.Warn);
        await runner.CreateAsync(new() { Services = call.Arguments, Parallel = call.Parallel }, CancellationToken.None).ConfigureAwait(false);
        await runner.StartAsync(isQuiet: false, CancellationToken.None).ConfigureAwait(false);
    }
}
