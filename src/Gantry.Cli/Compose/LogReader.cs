using Gantry.Cli.Compose.Display;
using Gantry.Client;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose;

/// <summary>Which part of the logs is asked for, in the words of the API.</summary>
internal sealed record LogSelection(string Tail, string? Since, string? Until, bool Timestamps);

/// <summary>The logs of a project's containers.</summary>
internal sealed class LogReader(ComposeEngine engine, LogPrinter printer, LogSelection selection)
{
    /// <summary>What a container writes to standard error is printed there.</summary>
    public bool KeepsStreams { get; init; }

    /// <summary>Without the name of the project, which all have.</summary>
    public string NameOf(ComposeContainer container) =>
        container.Name.StartsWith(engine.Project + "-", StringComparison.Ordinal) ? container.Name[(engine.Project.Length + 1)..] : container.Name;

    public void Register(ComposeContainer container) => printer.Register(NameOf(container), container.Service);

    /// <summary>Prints until the end of what is there, or of the container.</summary>
    /// <param name="since">Instead of the selection's.</param>
    public async Task ReadAsync(ComposeContainer container, bool follow, string? since = null)
    {
        var inspected = await engine.Client.GetAsync($"/containers/{container.Id}/json").ConfigureAwait(false);
        var target = new Query($"/containers/{container.Id}/logs")
            .Add("follow", follow)
            .Add("since", since ?? selection.Since)
            .Add("stderr", true).Add("stdout", true)
            .Add("tail", since is null ? selection.Tail : "all")
            .Add("timestamps", selection.Timestamps)
            .Add("until", selection.Until);
        using var body = await engine.Client.OpenAsync(target.ToString()).ConfigureAwait(false);
        using var standard = Lines(isError: false);
        using var error = Lines(isError: KeepsStreams);
        if (inspected.Flag("Config", "Tty")) await body.CopyToAsync(standard).ConfigureAwait(false);
        else await Multiplexed.CopyAsync(body, standard, error).ConfigureAwait(false);

        LineStream Lines(bool isError) => new(line => printer.Line(NameOf(container), container.Service, line, isError));
    }
}
