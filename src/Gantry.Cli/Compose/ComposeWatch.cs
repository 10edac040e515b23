using System.Text;
using Gantry.Client;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Running;
using Gantry.Compose.Watching;

namespace Gantry.Cli.Compose;

/// <summary>What <c>watch</c> and <c>up --watch</c> do when files change.</summary>
/// <param name="tell">Told of what is done.</param>
internal sealed class ComposeWatch(ComposeCall call, ComposeProject project, Action<string> tell)
{
    private readonly ComposeEngine _engine = call.Engine(project.Name);

    /// <exception cref="Gantry.Compose.ComposeException">Nothing is to be watched, or a rule cannot be followed.</exception>
    public ProjectWatch Create() => new(_engine, project, call.Progress, RebuildAsync, tell, call.Warn);

    private async Task RebuildAsync(IReadOnlyList<string> services, CancellationToken cancellationToken)
    {
        try
        {
            using var held = await ProjectLock.TakeAsync($"{call.Client.Address}", project.Name, call.Warn, cancellationToken).ConfigureAwait(false);
            var options = new UpOptions { Services = [.. services], Build = true, Recreate = RecreatePolicy.Force };
            var chosen = project.WithServices([.. services], includesDependencies: false);
            var runner = new ProjectRunner(_engine, chosen, new ComposeBuilder(call, IsGiven("quiet") == true ? "quiet" : null) { EndsProgram = false }, call.Progress, call.Warn);
            await runner.CreateAsync(options, cancellationToken).ConfigureAwait(false);
            await runner.StartAsync(isQuiet: false, cancellationToken).ConfigureAwait(false);
            call.EndProgress();
            if (IsGiven("prune") != false) await PruneAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CommandLine.CommandLineException e)
        {
            throw new Gantry.Compose.ComposeException(e.Message, null, e);
        }
    }

    /// <summary>Null where the command does not have the option.</summary>
    private bool? IsGiven(string option) => call.Call.TryOption(option)?.AsBoolean();

    /// <summary>What the project's images were before they were built anew.</summary>
    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        var filter = new JsonBody { ["dangling"] = new[] { "true" }, ["label"] = new[] { $"{ComposeLabels.Project}={project.Name}" } };
        await call.Client.PostAsync(new Query("/images/prune").Add("filters", Encoding.UTF8.GetString(filter.ToUtf8().Span)).ToString(), default, cancellationToken).ConfigureAwait(false);
    }
}
