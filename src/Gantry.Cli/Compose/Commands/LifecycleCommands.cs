using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose stop.</summary>
internal static class StopCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "stop [OPTIONS] [SERVICE...]", "Stop services", 0, Command.Any, RunAsync, LifecycleOptions.AddTimeout);

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = await ComposeTarget.OpenAsync(call).ConfigureAwait(false);
        await target.ServiceActions.StopAsync(target.Services, call.Timeout).ConfigureAwait(false);
        return 0;
    }
}

/// <summary>compose start.</summary>
internal static class StartCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "start [SERVICE...]", "Start services", 0, Command.Any, RunAsync);

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = await ComposeTarget.OpenAsync(call).ConfigureAwait(false);
        if (target.Project is null && target.Containers.Count == 0) throw new Gantry.Compose.ComposeException($"no container found for project \"{target.Engine.Project}\": not found");
        await target.ServiceActions.StartAsync(target.Services).ConfigureAwait(false);
        return 0;
    }
}

/// <summary>compose restart.</summary>
internal static class RestartCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "restart [OPTIONS] [SERVICE...]", "Restart service containers", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("no-deps", null, "bool", "Don't restart dependent services");
        LifecycleOptions.AddTimeout(o);
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = await ComposeTarget.OpenAsync(call).ConfigureAwait(false);
        await target.ServiceActions.RestartAsync(target.Services, call.Timeout, dependents: !call.Flag("no-deps")).ConfigureAwait(false);
        return 0;
    }
}

internal static class LifecycleOptions
{
    public static void AddTimeout(OptionSet options) => options.Add("timeout", 't', "int", "Specify a shutdown timeout in seconds", "0");
}
