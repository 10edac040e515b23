using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

internal static class StopCommand
{
    public static ValueTask<int> RunAsync(Invocation call) => StopOrRestart.RunAsync(call, "stop");
}

internal static class RestartCommand
{
    public static ValueTask<int> RunAsync(Invocation call) => StopOrRestart.RunAsync(call, "restart");
}

internal static class StopOrRestart
{
    public static ValueTask<int> RunAsync(Invocation call, string verb)
    {
        int? timeout = call.Has("timeout") ? (int)call.Number("timeout") : null;
        return Each.RunAsync(call, async name =>
        {
            await call.Client.PostAsync(new Query($"/containers/{Query.Segment(name)}/{verb}").Add("signal", call.Text("signal")).Add("t", timeout).ToString()).ConfigureAwait(false);
            return name;
        });
    }
}

internal static class KillCommand
{
    public static ValueTask<int> RunAsync(Invocation call) => Each.RunAsync(call, async name =>
    {
        await call.Client.KillAsync(name, call.Text("signal")).ConfigureAwait(false);
        return name;
    });
}

internal static class PauseCommand
{
    public static ValueTask<int> RunAsync(Invocation call) => Each.RunAsync(call, async name =>
    {
        await call.Client.PostAsync($"/containers/{Query.Segment(name)}/pause").ConfigureAwait(false);
        return name;
    });
}

internal static class UnpauseCommand
{
    public static ValueTask<int> RunAsync(Invocation call) => Each.RunAsync(call, async name =>
    {
        await call.Client.PostAsync($"/containers/{Query.Segment(name)}/unpause").ConfigureAwait(false);
        return name;
    });
}

internal static class WaitCommand
{
    public static ValueTask<int> RunAsync(Invocation call) => Each.RunAsync(call, async name =>
    {
        using var exit = await call.Client.WaitAsync(name, null).ConfigureAwait(false);
        var (status, error) = await exit.ReadAsync().ConfigureAwait(false);
        return error is null ? status.ToString(System.Globalization.CultureInfo.InvariantCulture) : throw new InternalException(error);
    });
}

internal static class RmCommand
{
    public static ValueTask<int> RunAsync(Invocation call) => Each.RunAsync(call, async name =>
    {
        var container = name.Trim('/');
        if (container.Length == 0) throw new InvalidArgumentException("container name cannot be empty");
        var target = new Query($"/containers/{Query.Segment(container)}").Add("force", call.Flag("force")).Add("link", call.Flag("link")).Add("v", call.Flag("volumes"));
        try
        {
            await call.Client.DeleteAsync(target.ToString()).ConfigureAwait(false);
        }
        catch (NotFoundException e) when (call.Flag("force"))
        {
            // What should be gone is gone: said, but not a failure.
            call.Out.ErrorLine(e.Message);
            return null;
        }

        return name;
    });
}

internal static class RenameCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var (from, to) = (call.Arguments[0].Trim(), call.Arguments[1].Trim());
        if (from.Length == 0 || to.Length == 0) throw new CommandLineException("Error: Neither old nor new names may be empty");
        try
        {
            await call.Client.PostAsync(new Query($"/containers/{Query.Segment(from)}/rename").Add("name", to).ToString()).ConfigureAwait(false);
        }
        catch (GantryException e) when (e is not UnavailableException)
        {
            call.Out.ErrorLine(e.Message);
            throw new CommandLineException($"Error: failed to rename container named {from}");
        }

        return 0;
    }
}
