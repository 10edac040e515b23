using Gantry.Cli.CommandLine;
using Gantry.Cli.Definitions;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose attach.</summary>
internal static class AttachCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "attach [OPTIONS] SERVICE", "Attach local standard input, output, and error streams to a service's running container", 1, Command.Any, RunAsync, static o =>
    {
        o.Add("detach-keys", null, "string", "Override the key sequence for detaching from a container.");
        o.Add("index", null, "int", "index of the container if service has multiple replicas.", "0");
        o.Add("no-stdin", null, "bool", "Do not attach STDIN");
        o.Add("sig-proxy", null, "bool", "Proxy all received signals to the process", "true");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var container = await ComposeTarget.ContainerAsync(call, call.Arguments[0]).ConfigureAwait(false);
        return call.IsDryRun ? 0 : await Cli.Commands.AttachCommand.RunAsync(PlainCommand.From(call, ContainerDefinitions.Attach(), [container.Id])).ConfigureAwait(false);
    }
}

/// <summary>compose export.</summary>
internal static class ExportCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "export [OPTIONS] SERVICE", "Export a service container's filesystem as a tar archive", 1, 1, RunAsync, static o =>
    {
        o.Add("index", null, "int", "index of the container if service has multiple replicas.", "0");
        o.Add("output", 'o', "string", "Write to a file, instead of STDOUT");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var container = await ComposeTarget.ContainerAsync(call, call.Arguments[0], all: true).ConfigureAwait(false);
        return call.IsDryRun ? 0 : await Cli.Commands.ExportCommand.RunAsync(PlainCommand.From(call, FileDefinitions.Export(), [container.Id])).ConfigureAwait(false);
    }
}

/// <summary>compose commit.</summary>
internal static class CommitCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "commit [OPTIONS] SERVICE [REPOSITORY[:TAG]]", "Create a new image from a service container's changes", 1, 2, RunAsync, static o =>
    {
        o.Add("author", 'a', "string", "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")");
        o.Add("change", 'c', "list", "Apply Dockerfile instruction to the created image");
        o.Add("index", null, "int", "index of the container if service has multiple replicas.", "0");
        o.Add("message", 'm', "string", "Commit message");
        o.Add("pause", 'p', "bool", "Pause container during commit", "true");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var container = await ComposeTarget.ContainerAsync(call, call.Arguments[0], all: true).ConfigureAwait(false);
        return call.IsDryRun ? 0 : await Cli.Commands.CommitCommand.RunAsync(PlainCommand.From(call, FileDefinitions.Commit(), [container.Id, .. call.Arguments.Skip(1)])).ConfigureAwait(false);
    }
}
