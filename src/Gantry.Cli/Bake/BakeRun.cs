using System.Security.Cryptography;
using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands;
using Gantry.Cli.Definitions;
using Gantry.Client;
using Gantry.Compose.Running;

namespace Gantry.Cli.Bake;

/// <summary>Builds targets side by side, each after those that are contexts of it.</summary>
internal sealed class BakeRun(Invocation call, GantryClient client, IReadOnlyDictionary<string, BakeTarget> targets)
{
    private readonly string _repository = $"gantry-bake/{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
    private readonly Dictionary<string, Task> _begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonBody> _results = new(StringComparer.Ordinal);

    /// <summary>What <c>--metadata-file</c> tells of each that was built.</summary>
    public IEnumerable<KeyValuePair<string, JsonBody>> Results => _results.OrderBy(result => result.Key, StringComparer.Ordinal);

    /// <summary>Builds, and asks what <c>call</c> says in place of a build.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string progress)
    {
        try
        {
            List<BakeTarget> asked = [.. targets.Values.Where(IsAsked)];
            var built = targets.Values.Except(asked).Select(target => target.Name).Union(Needed).ToList();
            if (built.Count > 0) await BuildAsync(built, progress).ConfigureAwait(false);
            return await AskAsync(asked).ConfigureAwait(false);
        }
        finally
        {
            foreach (var name in Needed.Where(_results.ContainsKey)) await client.DeleteAsync($"/images/{Query.Segment(ImageOf(name))}").ConfigureAwait(false);
        }
    }

    private async Task BuildAsync(List<string> names, string progress)
    {
        using var display = new SharedDisplay(BuildCommand.Display(call.Session, progress, call.Out.ErrorLine));
        // Other daemons tell of a build in lines that do not say whose they are.
        using var slots = new WorkSlots(await BuildCommand.IsGantrydAsync(client).ConfigureAwait(false) ? null : 1);
        try
        {
            foreach (var name in names) _ = Begin(name, display, slots);
            await Task.WhenAll(_begun.Values).ConfigureAwait(false);
        }
        finally
        {
            // Also what failed is shown as it ended.
            display.End();
        }
    }

    private async Task<int> AskAsync(List<BakeTarget> asked)
    {
        var worst = 0;
        foreach (var (number, target) in asked.Index())
        {
            if (asked.Count > 1) call.Out.Line($"{(number == 0 ? "" : "\n")}[{target.Name}]");
            using var inline = InlineDockerfile.Write(target.DockerfileInline);
            worst = Math.Max(worst, await BuildCommand.RunAsync(Invocation(BakeWords.Of(target, inline?.Path, ImageOf))).ConfigureAwait(false));
        }

        return worst;
    }

    private static bool IsAsked(BakeTarget target) => target.Call is not (null or "" or "build");

    private HashSet<string> Needed => [.. targets.Values.SelectMany(target => target.Needs)];

    private Task Begin(string name, SharedDisplay display, WorkSlots slots) => _begun.TryGetValue(name, out var known) ? known
        : _begun[name] = AfterAsync([.. targets[name].Needs.Select(needed => Begin(needed, display, slots))], targets[name], display, slots);

    private async Task AfterAsync(Task[] first, BakeTarget target, SharedDisplay display, WorkSlots slots)
    {
        await Task.WhenAll(first).ConfigureAwait(false);
        await slots.RunAsync(() => BuildAsync(target, display.Of(target.Name))).ConfigureAwait(false);
    }

    private async Task BuildAsync(BakeTarget target, IBuildDisplay display)
    {
        using var inline = InlineDockerfile.Write(target.DockerfileInline);
        var words = BakeWords.Of(target, inline?.Path, ImageOf);
        // What others are built from is an image for them, whatever else it is.
        if (Needed.Contains(target.Name)) words = [.. words.Where(word => word != $"--output={BakeOutputs.CacheOnly.Option}"), $"--output=type=image,name={ImageOf(target.Name)}"];
        var invocation = Invocation(words);
        try
        {
            var built = await BuildCommand.BuildAsync(invocation, display).ConfigureAwait(false);
            lock (_results) _results[target.Name] = BuildCommand.Metadata(invocation, built);
        }
        catch (CommandLineException e)
        {
            throw new CommandLineException(e.Message.Replace("ERROR: ", $"ERROR: target {target.Name}: ", StringComparison.Ordinal), e.ExitCode);
        }
    }

    private Invocation Invocation(IEnumerable<string> words)
    {
        var command = BuildDefinitions.Build();
        var options = new OptionSet();
        command.Options?.Invoke(options);
        var rest = options.Parse([.. words], stopAtFirst: false);
        return new(command, command.Name, options, rest, call.Session, client);
    }

    /// <summary>A name that lasts as long as the run.</summary>
    private string ImageOf(string target) => $"{_repository}:{target}";
}
