using System.Text;
using System.Text.Json;
using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Cli.Terminals;
using Gantry.Client;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Commands;

internal static class BuildCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var source = BuildSource.Of(call.Arguments[0], call.Text("file"));
        var image = source.Local is { } local && await TryOfferAsync(call, local).ConfigureAwait(false) is { } context
            ? await InStepsAsync(call, source, context).ConfigureAwait(false)
            : source.Remote is not null && await IsGantrydAsync(call).ConfigureAwait(false) ? await InStepsAsync(call, source, null).ConfigureAwait(false)
            : await ClassicAsync(call, source).ConfigureAwait(false);
        if (call.Has("iidfile")) await File.WriteAllTextAsync(call.Text("iidfile"), image).ConfigureAwait(false);
        if (call.Has("metadata-file")) await File.WriteAllTextAsync(call.Text("metadata-file"), Metadata(call, image)).ConfigureAwait(false);
        if (call.Flag("quiet")) call.Out.Line(image);
        if (call.Flag("push"))
        {
            foreach (var tag in call.List("tag")) await PushAsync(call, tag).ConfigureAwait(false);
        }

        return 0;
    }

    private static async ValueTask<bool> IsGantrydAsync(Invocation call) => (await call.Client.GetAsync("/version").ConfigureAwait(false)).Text("Platform", "Name") == "Gantry";

    /// <summary>Sends what changed of a directory. Null where the daemon is another one than Gantry's.</summary>
    private static async ValueTask<string?> TryOfferAsync(Invocation call, LocalContext local)
    {
        var request = new BuildContextRequest { Key = $"{Environment.MachineName}:{Environment.UserName}:{local.Directory}", Entries = [.. local.Entries] };
        BuildContextResponse answer;
        try
        {
            var json = await call.Client.PostAsync("/gantry/build/contexts", JsonSerializer.SerializeToUtf8Bytes(request, BuildJson.Default.BuildContextRequest)).ConfigureAwait(false);
            answer = json.Deserialize(BuildJson.Default.BuildContextResponse)!;
        }
        catch (NotFoundException)
        {
            return null;
        }

        if (answer.Missing.Length > 0)
        {
            await call.Client.PostStreamAsync($"/gantry/build/contexts/{answer.Id}", local.Archive(answer.Missing)).ConfigureAwait(false);
        }

        return answer.Id;
    }

    /// <param name="context">The id that the daemon knows the directory's files by; null for a remote context.</param>
    private static async ValueTask<string> InStepsAsync(Invocation call, BuildSource source, string? context)
    {
        var query = BuildOptions.AddTo(new Query("/build"), call).Add("progress", "steps").Add("context", context).Add("remote", source.Remote).Add("dockerfile", source.Name);
        if (source is { Remote: not null, Dockerfile: not null }) query.Add("body", "dockerfile");
        var contexts = new Dictionary<string, string>();
        foreach (var named in call.List("build-context"))
        {
            var (name, place) = named.Split('=', 2) is [var left, var right] ? (left, right) : throw new CommandLineException($"ERROR: invalid context value: {named}, expected key=value");
            contexts[name] = place.Contains("://", StringComparison.Ordinal) || (!Directory.Exists(place) && ContextAddress.IsRemote(place)) ? place : await TryOfferAsync(call, new LocalContext(place, null)).ConfigureAwait(false) ?? "";
        }

        if (contexts.Count > 0) query.Add("contexts", JsonSerializer.Serialize(contexts, BuildJson.Default.DictionaryStringString));
        if (BuildOptions.Agents(call) is { Count: > 0 } agents) query.Add("agents", JsonSerializer.Serialize(agents, BuildJson.Default.DictionaryStringString));
        var display = Display(call);
        using var ending = display as IDisposable;
        var messages = call.Client.BuildAsync(query.ToString(), new MemoryStream(source.Dockerfile ?? []), BuildOptions.Headers(call, source.Dockerfile));
        string? image = null;
        BuildFailure? failure = null;
        await foreach (var json in messages.ConfigureAwait(false))
        {
            var message = json.Deserialize(BuildJson.Default.BuildMessage)!;
            image = message.Image ?? image;
            failure = message.Failure ?? failure;
            display.Show(message);
        }

        display.End();
        if (failure is not null) throw Failed(failure);
        return image ?? throw new CommandLineException("ERROR: the daemon ended before the build did");
    }

    private static IBuildDisplay Display(Invocation call)
    {
        var wanted = call.Flag("quiet") ? "quiet" : call.Text("progress");
        return wanted switch
        {
            "quiet" => new QuietDisplay(),
            "plain" => new PlainDisplay(call.Out),
            "tty" => new TerminalDisplay(call.Out),
            "rawjson" => new JsonDisplay(call.Out),
            "auto" or "" => Terminal.ErrorIsTerminal ? new TerminalDisplay(call.Out) : new PlainDisplay(call.Out),
            _ => throw new CommandLineException($"ERROR: invalid progress mode {wanted}: want auto, plain, tty, quiet or rawjson"),
        };
    }

    private static CommandLineException Failed(BuildFailure failure)
    {
        var text = new StringBuilder();
        if (failure.Step.Length > 0)
        {
            const int shown = 20;
            var lines = Encoding.UTF8.GetString(failure.Tail).TrimEnd('\n').Split('\n');
            text.Append("------\n > ").Append(failure.Step).Append(":\n");
            foreach (var line in lines.TakeLast(shown).Where(line => line.Length > 0)) text.Append(line.TrimEnd('\r')).Append('\n');
            text.Append("------\n");
        }

        if (failure.Excerpt.Length > 0) text.Append(failure.Excerpt).Append('\n');
        return new(text.Append("ERROR: failed to solve: ").Append(failure.Message).ToString());
    }

    /// <summary>As every Docker takes it: the whole context as a tar, and lines of text back.</summary>
    private static async ValueTask<string> ClassicAsync(Invocation call, BuildSource source)
    {
        foreach (var option in (string[])["secret", "ssh", "build-context", "no-cache-filter", "allow"])
        {
            if (call.Has(option)) throw new CommandLineException($"ERROR: --{option} needs gantryd and a context that is a directory or an address");
        }

        if (source is { Remote: not null, Dockerfile: not null }) throw new CommandLineException("ERROR: a Dockerfile that is none of the remote context needs gantryd");

        const string extraName = ".gantry.Dockerfile";
        var isExtra = source.Dockerfile is not null && (source.Local is null || !source.Local.Entries.Any(entry => entry.Path == source.Name));
        var archive = source.Remote is not null ? Stream.Null : source.Archive
            ?? new ContextArchive(source.Local?.Directory ?? "/", source.Local?.Entries ?? [], isExtra ? new Dictionary<string, byte[]> { [extraName] = source.Dockerfile! } : null).Stream;
        var query = BuildOptions.AddTo(new Query("/build"), call).Add("remote", source.Remote).Add("dockerfile", isExtra ? extraName : source.Name).Add("q", call.Flag("quiet")).Add("rm", true).Add("forcerm", call.Flag("force-rm"));
        var image = "";
        var quiet = call.Flag("quiet");
        var messages = call.Client.BuildAsync(query.ToString(), archive, BuildOptions.Headers(call, source.Dockerfile));
        await new Progress(call.Out, quiet ? Stream.Null : call.Out.Standard, !quiet && Terminal.OutputIsTerminal).ShowAsync(Noting(messages), auxiliary => Note(auxiliary.Text("ID"))).ConfigureAwait(false);
        return image;

        void Note(string text) => image = text.StartsWith("sha256:", StringComparison.Ordinal) ? text.Trim() : image;

        // A quiet build says the image's id and nothing else.
        async IAsyncEnumerable<JsonElement> Noting(IAsyncEnumerable<JsonElement> all)
        {
            await foreach (var message in all.ConfigureAwait(false))
            {
                Note(message.Text("stream"));
                yield return message;
            }
        }
    }

    private static async ValueTask PushAsync(Invocation call, string tag)
    {
        var reference = ImageNames.Check(tag).WithDefaultTag();
        var query = new Query($"/images/{Query.Segment(reference.FamiliarName)}/push").Add("tag", reference.Tag);
        var messages = call.Client.PostMessagesAsync(query.ToString(), null, call.Session.Config.RegistryAuth(reference.Domain));
        await new Progress(call.Out, call.Out.Standard, Terminal.OutputIsTerminal).ShowAsync(messages).ConfigureAwait(false);
    }

    private static string Metadata(Invocation call, string image)
    {
        var body = new JsonBody { ["containerimage.config.digest"] = image, ["containerimage.digest"] = image };
        if (call.List("tag").Count > 0) body["image.name"] = string.Join(',', call.List("tag").Select(tag => ImageReference.Parse(tag).WithDefaultTag().ToString()));
        return Encoding.UTF8.GetString(body.ToUtf8().Span);
    }
}
