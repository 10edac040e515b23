using Gantry.Cli.CommandLine;
using Gantry.Cli.Definitions;
using Gantry.Compose;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose cp: from a container of a service, or to all of them.</summary>
internal static class CopyCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, $"cp [OPTIONS] SERVICE:SRC_PATH DEST_PATH|-\n\tdocker compose cp [OPTIONS] SRC_PATH|- SERVICE:DEST_PATH", "Copy files/folders between a service container and the local filesystem", 2, 2, RunAsync, static o =>
    {
        o.Add("archive", 'a', "bool", "Archive mode (copy all uid/gid information)");
        o.Add("follow-link", 'L', "bool", "Always follow symbol link in SRC_PATH");
        o.Add("index", null, "int", "Index of the container if service has multiple replicas", "0");
        o.AddHidden("all", null, "bool");
    });

    /// <summary>SERVICE:PATH; an absolute path and one that begins with a dot are of this machine.</summary>
    public static (string? Service, string Path) Split(string argument)
    {
        var colon = argument.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 || argument[0] is '/' or '.' ? (null, argument) : (argument[..colon], argument[(colon + 1)..]);
    }

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var (from, to) = (Split(call.Arguments[0]), Split(call.Arguments[1]));
        if (call.Flag("all")) call.Warn("Flag --all has been deprecated, By default all the containers of the service will get the source file/directory to be copied");
        switch (from.Service, to.Service)
        {
            case (null, null):
                throw new ComposeException("unknown copy direction");
            case (not null, not null):
                throw new ComposeException("copying between services is not supported");
            case ({ } service, null):
                if (call.Flag("all")) throw new ComposeException("cannot use the --all flag when copying from a service");
                await CopyAsync(call, (await ContainersAsync(call, service).ConfigureAwait(false))[0], container => ($"{container}:{from.Path}", to.Path)).ConfigureAwait(false);
                return 0;
            case (null, { } service):
                foreach (var target in await ContainersAsync(call, service).ConfigureAwait(false)) await CopyAsync(call, target, container => (from.Path, $"{container}:{to.Path}")).ConfigureAwait(false);
                return 0;
        }
    }

    /// <summary>By number; also those that have stopped.</summary>
    private static async Task<IReadOnlyList<ComposeContainer>> ContainersAsync(ComposeCall call, string service)
    {
        var containers = await call.Engine(call.ProjectName()).ListAsync(services: [service]).ConfigureAwait(false);
        if (containers.Count == 0) throw new ComposeException($"no container found for service \"{service}\"");
        return call.Number("index") is > 0 and var index ? [ComposeTarget.Pick(containers, service, (int)index)] : containers;
    }

    private static Task CopyAsync(ComposeCall call, ComposeContainer container, Func<string, (string From, string To)> pathsOf)
    {
        var shown = pathsOf(container.Name);
        var (from, to) = pathsOf(container.Id);
        var subject = $"{container.Name} copy {shown.From} to {shown.To}";
        return call.Progress.ShowAsync(subject, "Copying", "Copied", async () =>
        {
            if (!call.IsDryRun) await Cli.Commands.CopyCommand.RunAsync(PlainCommand.From(call, FileDefinitions.Cp(), [from, to], ("quiet", "true"))).ConfigureAwait(false);
        });
    }
}
