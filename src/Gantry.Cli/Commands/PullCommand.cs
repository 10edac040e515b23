using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Cli.Terminals;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

internal static class PullCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var name = call.Arguments[0];
        var reference = ImageNames.Check(name);
        var all = call.Flag("all-tags");
        if (all && !reference.IsNameOnly) throw new CommandLineException("tag can't be used with --all-tags/-a");
        var quiet = call.Flag("quiet");
        if (!all && reference.IsNameOnly && !quiet) call.Out.LineNow($"Using default tag: {ImageReference.DefaultTag}");
        await PullAsync(call, name, call.Text("platform"), quiet, call.Out.Standard, Terminal.OutputIsTerminal, all).ConfigureAwait(false);
        call.Out.Line((all ? reference : reference.WithDefaultTag()).ToString());
        return 0;
    }

    /// <summary>Pulls with progress on the stream given.</summary>
    public static async ValueTask PullAsync(Invocation call, string name, string platform, bool quiet, Stream target, bool terminal, bool all = false)
    {
        var reference = ImageNames.Check(name);
        var tagged = all ? reference : reference.WithDefaultTag();
        var query = new Query("/images/create").Add("fromImage", reference.NameOnly().FamiliarName)
            .Add("platform", platform)
            .Add("tag", tagged.Digest?.ToString() ?? tagged.Tag);
        var messages = call.Client.PostMessagesAsync(query.ToString(), null, call.Session.Config.RegistryAuth(reference.Domain));
        var progress = quiet ? new Progress(call.Out, Stream.Null, false) : new Progress(call.Out, target, terminal);
        await progress.ShowAsync(messages).ConfigureAwait(false);
    }
}

internal static class PushCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var reference = ImageNames.Check(call.Arguments[0]);
        var all = call.Flag("all-tags");
        if (all && !reference.IsNameOnly) throw new CommandLineException("tag can't be used with --all-tags/-a");
        if (reference.Digest is not null) throw new CommandLineException("cannot push a digest reference");
        var tagged = all ? reference : reference.WithDefaultTag();
        if (!all && reference.IsNameOnly && !call.Flag("quiet")) call.Out.LineNow($"Using default tag: {ImageReference.DefaultTag}");
        var query = await new Query($"/images/{Query.Segment(reference.FamiliarName)}/push").Add("tag", tagged.Tag).AddPlatformsAsync(call, new ApiVersion(1, 46)).ConfigureAwait(false);
        var messages = call.Client.PostMessagesAsync(query.ToString(), null, call.Session.Config.RegistryAuth(reference.Domain));
        var quiet = call.Flag("quiet");
        var notes = new List<string>();
        await new Progress(call.Out, quiet ? Stream.Null : call.Out.Standard, !quiet && Terminal.OutputIsTerminal)
            .ShowAsync(messages, auxiliary => notes.AddRange(Notes(auxiliary))).ConfigureAwait(false);
        if (quiet) call.Out.Line(tagged.ToString());
        foreach (var note in notes) call.Out.ErrorLine("\ni Info → " + note);
        return 0;
    }

    /// <summary>What its user would not expect of a push that did well.</summary>
    private static IEnumerable<string> Notes(JsonElement auxiliary)
    {
        if (auxiliary.Flag("manifestPushedInsteadOfIndex"))
        {
            yield return "Not all multiplatform-content is present and only the available single-platform image was pushed\n"
                + $"         {auxiliary.Text("originalIndex", "digest")} -> {auxiliary.Text("selectedManifest", "digest")}";
        }

        if (auxiliary.Flag("contentMissing"))
        {
            yield return "Not all platforms of the image are here or at the registry: pull the missing ones, or push one with --platform";
        }
    }
}
