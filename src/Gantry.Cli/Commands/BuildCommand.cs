using System.Text;
using System.Text.Json;
using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Cli.Terminals;
using Gantry.Client;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Commands;

internal static class BuildCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var source = BuildSource.Of(call.Arguments[0], call.Text("file"));
        if (BuildQuestion.Of(call) is { } question) return await AskAsync(call, source, question).ConfigureAwait(false);
        var image = source.Local is { } local && await TryOfferAsync(call, local).ConfigureAwait(false) is { } context
            ? await InStepsAsync(call, source, context).ConfigureAwait(false)
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

    /// <summary>Sends what changed of a directory. Null where the daemon is another one than Gantry's.</summary>
    private static async ValueTask<string?> TryOfferAsync(Invocation call, LocalContext local)
    {
        var answer = await TryCompareAsync(call, new() { Key = $"{Environment.MachineName}:{Environment.UserName}:{local.Directory}", Entries = [.. local.Entries], Ignored = local.Ignored }).ConfigureAwait(false);
        if (answer?.Missing.Length > 0)
        {
            await call.Client.PostStreamAsync($"/gantry/build/contexts/{answer.Id}", local.Archive(answer.Missing)).ConfigureAwait(false);
        }

        return answer?.Id;
    }

    private static async ValueTask<BuildContextResponse?> TryCompareAsync(Invocation call, BuildContextRequest request)
    {
        try
        {
            var json = await call.Client.PostAsync("/gantry/build/contexts", JsonSerializer.SerializeToUtf8Bytes(request, BuildJson.Default.BuildContextRequest)).ConfigureAwait(false);
            return json.Deserialize(BuildJson.Default.BuildContextResponse);
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    /// <summary>Nothing is built: of the context only what it leaves out is sent.</summary>
    private static async ValueTask<int> AskAsync(Invocation call, BuildSource source, BuildQuestion question)
    {
        var context = await EmptyContextAsync(call, source.Local?.Ignored).ConfigureAwait(false);
        var query = BuildOptions.AddTo(new Query("/build"), call).Add("progress", "steps").Add("call", question.Name).Add("dockerfile", source.Name);
        if (source.Archive is null) query.Add("context", context);
        await AddContextsAsync(call, query, _ => EmptyContextAsync(call, null)).ConfigureAwait(false);
        // What is answered is all that a program reads.
        var display = call.Has("progress") || Terminal.ErrorIsTerminal ? Display(call) : new QuietDisplay();
        var last = await FollowAsync(call, query, source.Archive ?? new MemoryStream(source.Dockerfile!), source, display).ConfigureAwait(false);
        return question.Print(call.Out, last.Answer ?? throw Ended());
    }

    private static async ValueTask<string> EmptyContextAsync(Invocation call, string? ignored) =>
        (await TryCompareAsync(call, new() { Key = "empty", Ignored = ignored }).ConfigureAwait(false))?.Id ?? throw new CommandLineException("ERROR: --call and --check need gantryd");

    /// <summary>The contexts of <c>--build-context</c>.</summary>
    /// <param name="call">Has them.</param>
    /// <param name="query">Gets them.</param>
    /// <param name="offer">Gives the id of what the daemon has of a directory.</param>
    private static async ValueTask AddContextsAsync(Invocation call, Query query, Func<string, ValueTask<string>> offer)
    {
        var contexts = new Dictionary<string, string>();
        foreach (var named in call.List("build-context"))
        {
            var (name, place) = named.Split('=', 2) is [var left, var right] ? (left, right) : throw new CommandLineException($"ERROR: invalid context value: {named}, expected key=value");
            contexts[name] = place.Contains("://", StringComparison.Ordinal) ? place : await offer(place).ConfigureAwait(false);
        }

        if (contexts.Count > 0) query.Add("contexts", JsonSerializer.Serialize(contexts, BuildJson.Default.DictionaryStringString));
    }

    private static async ValueTask<string> InStepsAsync(Invocation call, BuildSource source, string context)
    {
        var query = BuildOptions.AddTo(new Query("/build"), call).Add("progress", "steps").Add("context", context).Add("dockerfile", source.Name);
        await AddContextsAsync(call, query, async place => await TryOfferAsync(call, new LocalContext(place, null)).ConfigureAwait(false) ?? "").ConfigureAwait(false);
        if (BuildOptions.Agents(call) is { Count: > 0 } agents) query.Add("agents", JsonSerializer.Serialize(agents, BuildJson.Default.DictionaryStringString));
        var last = await FollowAsync(call, query, new MemoryStream(source.Dockerfile!), source, Display(call)).ConfigureAwait(false);
        return last.Image ?? throw Ended();
    }

    /// <summary>Shows what goes on until it is over.</summary>
    /// <returns>The message that says how it ended.</returns>
    private static async ValueTask<BuildMessage> FollowAsync(Invocation call, Query query, Stream body, BuildSource source, IBuildDisplay display)
    {
        using var ending = display as IDisposable;
        BuildMessage? last = null;
        await foreach (var json in call.Client.BuildAsync(query.ToString(), body, BuildOptions.Headers(call, source.Dockerfile)).ConfigureAwait(false))
        {
            last = json.Deserialize(BuildJson.Default.BuildMessage)!;
            display.Show(last);
        }

        display.End();
        return last is { Failure: { } failure } ? throw Failed(failure) : last ?? throw Ended();
    }

    private static CommandLineException Ended() => new("ERROR: the daemon ended before the build did");

    private static IBuildDisplay Display(Invocation call)
    {
        var wanted = call.Flag("quiet") ? "quiet" : call.Text("progress");
        var warnings = new WarningList(call.Session.Program, call.Session.IsDebug);
        return wanted switch
        {
            "quiet" => new QuietDisplay(),
            "plain" => new PlainDisplay(call.Out, warnings),
            "tty" => new TerminalDisplay(call.Out, warnings),
            "rawjson" => new JsonDisplay(call.Out),
            "auto" or "" => Terminal.ErrorIsTerminal ? new TerminalDisplay(call.Out, warnings) : new PlainDisplay(call.Out, warnings),
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
            if (call.Has(option)) throw new CommandLineException($"ERROR: --{option} needs gantryd and a context that is a directory");
        }

        const string extraName = ".gantry.Dockerfile";
        var isExtra = source.Dockerfile is not null && (source.Local is null || !source.Local.Entries.Any(entry => entry.Path == source.Name));
        var archive = source.Archive
            ?? new ContextArchive(source.Local?.Directory ?? "/", source.Local?.Entries ?? [], isExtra ? new Dictionary<string, byte[]> { [extraName] = source.Dockerfile! } : null).Stream;
        var query = BuildOptions.AddTo(new Query("/build"), call).Add("dockerfile", isExtra ? extraName : source.Name).Add("q", call.Flag("quiet")).Add("rm", true).Add("forcerm", call.Flag("force-rm"));
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
