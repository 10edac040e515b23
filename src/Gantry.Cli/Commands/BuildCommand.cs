using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Cli.Run;
using Gantry.Cli.Terminals;
using Gantry.Client;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Commands;

internal static class BuildCommand
{
    public static ValueTask<int> RunAsync(Invocation call) => RunAsync(call, null);

    /// <param name="display">Where others build too; null for one of its own.</param>
    public static async ValueTask<int> RunAsync(Invocation call, IBuildDisplay? display)
    {
        BuilderChoice.Apply(call);
        if (BuildQuestion.Of(call) is { } question) return await AskAsync(call, BuildSource.Of(call.Arguments[0], call.Text("file")), question).ConfigureAwait(false);
        var built = await BuildAsync(call, display).ConfigureAwait(false);
        if (call.Has("iidfile")) await File.WriteAllTextAsync(call.Text("iidfile"), built.Image).ConfigureAwait(false);
        if (call.Has("metadata-file")) await File.WriteAllBytesAsync(call.Text("metadata-file"), Metadata(call, built).ToUtf8()).ConfigureAwait(false);
        if (display is null && call.Flag("quiet") && built.Image.Length > 0) call.Out.Line(built.Image);
        return 0;
    }

    /// <param name="display">Where others build too; null for one of its own.</param>
    public static async ValueTask<Built> BuildAsync(Invocation call, IBuildDisplay? display)
    {
        var source = BuildSource.Of(call.Arguments[0], call.Text("file"));
        if (call.Has("on-error"))
        {
            if (call.Text("on-error") != "shell") throw new CommandLineException($"ERROR: invalid value {OptionValues.Quote(call.Text("on-error"))} of --on-error: it can be shell");
            if (!Terminal.InputIsTerminal || !Terminal.OutputIsTerminal) throw new CommandLineException("ERROR: --on-error shell needs a terminal");
        }

        if (call.Flag("push") && call.List("tag").Count == 0 && !call.List("output").Any(output => output.Contains("name=", StringComparison.Ordinal))) throw new CommandLineException("ERROR: tag is needed when pushing to registry");
        ContextOffers.Verify(call);
        return source.Local is { } local && await ContextOffers.TryOfferAsync(call, local).ConfigureAwait(false) is { } offer
            ? await InStepsAsync(call, source, offer, display).ConfigureAwait(false)
            : source.Remote is not null && await IsGantrydAsync(call.Client).ConfigureAwait(false) ? await InStepsAsync(call, source, null, display).ConfigureAwait(false)
            : source is { Local: null, Archive: null, Remote: null } && await IsGantrydAsync(call.Client).ConfigureAwait(false) ? await InStepsAsync(call, source, new(await ContextOffers.EmptyAsync(call, null).ConfigureAwait(false), Task.CompletedTask), display).ConfigureAwait(false)
            : await ClassicAsync(call, source).ConfigureAwait(false);
    }

    public static async ValueTask<bool> IsGantrydAsync(GantryClient client) => (await client.GetAsync("/version").ConfigureAwait(false)).Text("Platform", "Name") == "Gantry";

    /// <summary>Nothing is built: of the context only what it leaves out is sent.</summary>
    private static async ValueTask<int> AskAsync(Invocation call, BuildSource source, BuildQuestion question)
    {
        var context = await ContextOffers.EmptyAsync(call, source.Local?.Ignored).ConfigureAwait(false);
        var query = BuildOptions.AddTo(new Query("/build"), call).Add("progress", "steps").Add("call", question.Name).Add("dockerfile", source.Name);
        if (source.Archive is null) query.Add("context", context);
        ContextOffers.Add(query, await ContextOffers.NamedAsync(call, _ => ContextOffers.EmptyAsync(call, null), place => SendAsync(call, place)).ConfigureAwait(false));
        // What is answered is all that a program reads.
        var display = call.Has("progress") || Terminal.ErrorIsTerminal ? Display(call) : new QuietDisplay();
        var last = await FollowAsync(call, query, source.Archive ?? new MemoryStream(source.Dockerfile!), BuildOptions.Headers(call, source.Dockerfile, []), display).ConfigureAwait(false);
        return question.Print(call.Out, last.Answer ?? throw Ended());
    }

    private static async ValueTask<string> SendAsync(Invocation call, string directory) => await ContextOffers.TrySendAsync(call, new LocalContext(directory, null)).ConfigureAwait(false) ?? "";

    /// <param name="offer">The context; null for a remote one.</param>
    private static async ValueTask<Built> InStepsAsync(Invocation call, BuildSource source, ContextOffer? offer, IBuildDisplay? display)
    {
        var results = new BuildResults(call);
        var query = results.AddTo(BuildOptions.AddTo(new Query("/build"), call)).Add("progress", "steps").Add("context", offer?.Id).Add("onerror", call.Text("on-error")).Add("remote", source.Remote).Add("dockerfile", source.Name);
        if (source is { Remote: not null, Dockerfile: not null }) query.Add("body", "dockerfile");
        var contexts = await ContextOffers.NamedAsync(call, place => SendAsync(call, place), place => SendAsync(call, place)).ConfigureAwait(false);
        var caches = await ContextOffers.CachesAsync(call, contexts).ConfigureAwait(false);
        if (caches.Length > 0) query.Add("cachefrom", JsonSerializer.Serialize(caches, BuildJson.Default.StringArray));
        ContextOffers.Add(query, contexts);
        if (BuildOptions.Agents(call) is { Count: > 0 } agents) query.Add("agents", JsonSerializer.Serialize(agents, BuildJson.Default.DictionaryStringString));
        using var stop = new CancellationTokenSource();
        var receiving = results.ReceiveAsync(call.Client, stop.Token);
        try
        {
            var last = await FollowAsync(call, query, new MemoryStream(source.Dockerfile ?? []), BuildOptions.Headers(call, source.Dockerfile, [.. call.List("tag"), .. results.Names, .. caches.Select(BuildResults.ReferenceOf)]), display ?? Display(call)).ConfigureAwait(false);
            if (last.Image is not { } image) throw Ended();
            await receiving.ConfigureAwait(false);
            return new(image, last.Target ?? image);
        }
        catch (Exception) when (offer?.Sent.Exception?.InnerException is CommandLineException)
        {
            // A file could not be read: the build ended of that.
            await stop.CancelAsync().ConfigureAwait(false);
            await offer.Sent.ConfigureAwait(false);
            throw;
        }
        catch (CommandLineException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            // What broke on this side is why the build could not end.
            if (results.Broken is { } broken) ExceptionDispatchInfo.Throw(broken);
            throw;
        }
    }

    /// <summary>Shows what goes on until it is over.</summary>
    /// <returns>The message that says how it ended.</returns>
    private static async ValueTask<BuildMessage> FollowAsync(Invocation call, Query query, Stream body, IReadOnlyList<KeyValuePair<string, string>> headers, IBuildDisplay display)
    {
        using var ending = display as IDisposable;
        BuildMessage? last = null;
        await foreach (var json in call.Client.BuildAsync(query.ToString(), body, headers).ConfigureAwait(false))
        {
            last = json.Deserialize(BuildJson.Default.BuildMessage)!;
            display.Show(last);
        }

        display.End();
        if (last is not { Failure: { } failure }) return last ?? throw Ended();
        var told = Failed(failure);
        if (failure.Image.Length > 0) await OpenShellAsync(call, told, failure.Image).ConfigureAwait(false);
        throw told;
    }

    /// <summary>A shell in what the program left that failed. What it was made of goes with it.</summary>
    private static async ValueTask OpenShellAsync(Invocation call, CommandLineException failure, string image)
    {
        call.Out.ErrorLine($"{failure.Message}\n\nA shell where it failed; the build ends with it:");
        try
        {
            await Dispatcher.RunCommandAsync(["run", "--rm", "-it", "--entrypoint", "/bin/sh", image], call.Session).ConfigureAwait(false);
        }
        finally
        {
            await call.Client.DeleteAsync($"/images/{Query.Segment(image)}").ConfigureAwait(false);
        }

        throw new CommandLineException("", failure.ExitCode);
    }

    private static CommandLineException Ended() => new("ERROR: the daemon ended before the build did");

    private static IBuildDisplay Display(Invocation call) => Display(call.Session, call.Flag("quiet") ? "quiet" : call.Text("progress"), call.Out.ErrorLine);

    /// <param name="session">Where it is shown.</param>
    /// <param name="progress"><c>auto</c>, <c>plain</c>, <c>tty</c>, <c>quiet</c> or <c>rawjson</c>.</param>
    /// <param name="line">Writes a line where there is no terminal: BuildKit's clients to standard error, so that the output is what is made.</param>
    public static IBuildDisplay Display(Session session, string progress, Action<string> line)
    {
        var warnings = new WarningList(session.Program, session.IsDebug);
        return progress switch
        {
            "quiet" => new QuietDisplay(),
            "plain" => new PlainDisplay(session.Out, line, warnings),
            "tty" => new TerminalDisplay(session.Out, warnings),
            "rawjson" => new JsonDisplay(line),
            "auto" or "" => Terminal.ErrorIsTerminal ? new TerminalDisplay(session.Out, warnings) : new PlainDisplay(session.Out, line, warnings),
            _ => throw new CommandLineException($"ERROR: invalid progress mode {progress}: want auto, plain, tty, quiet or rawjson"),
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
    private static async ValueTask<Built> ClassicAsync(Invocation call, BuildSource source)
    {
        foreach (var option in (string[])["secret", "ssh", "build-context", "no-cache-filter", "allow", "output", "cache-to", "on-error", "annotation", "attest"])
        {
            if (call.Has(option)) throw new CommandLineException($"ERROR: --{option} needs gantryd and a context that is a directory or an address");
        }

        foreach (var option in (string[])["provenance", "sbom"])
        {
            if (call.Has(option) && call.Text(option) != "false") throw new CommandLineException($"ERROR: --{option} needs gantryd and a context that is a directory or an address");
        }

        if (source is { Remote: not null, Dockerfile: not null }) throw new CommandLineException("ERROR: a Dockerfile that is none of the remote context needs gantryd");

        const string extraName = ".gantry.Dockerfile";
        var isExtra = source.Dockerfile is not null && (source.Local is null || !source.Local.Entries.Any(entry => entry.Path == source.Name));
        var archive = source.Remote is not null ? Stream.Null : source.Archive
            ?? new ContextArchive(source.Local?.Directory ?? "/", source.Local?.Entries ?? [], isExtra ? new Dictionary<string, byte[]> { [extraName] = source.Dockerfile! } : null);
        var query = BuildOptions.AddTo(new Query("/build"), call).Add("remote", source.Remote).Add("dockerfile", isExtra ? extraName : source.Name).Add("q", call.Flag("quiet")).Add("rm", true).Add("forcerm", call.Flag("force-rm"));
        var image = "";
        var quiet = call.Flag("quiet");
        if (call.List("cache-from") is { Count: > 0 } caches) query.Add("cachefrom", JsonSerializer.Serialize([.. caches.Select(cache => cache.Contains('=', StringComparison.Ordinal) ? BuildResults.ReferenceOf(cache) : cache)], BuildJson.Default.StringArray));
        var messages = call.Client.BuildAsync(query.ToString(), archive, BuildOptions.Headers(call, source.Dockerfile, call.List("cache-from")));
        await new Progress(call.Out, quiet ? Stream.Null : call.Out.Standard, !quiet && Terminal.OutputIsTerminal).ShowAsync(Noting(messages), auxiliary => Note(auxiliary.Text("ID"))).ConfigureAwait(false);
        if (call.Flag("push"))
        {
            foreach (var tag in call.List("tag")) await PushAsync(call, tag).ConfigureAwait(false);
        }

        return new(image, image);

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

    /// <summary>What <c>--metadata-file</c> tells.</summary>
    public static JsonBody Metadata(Invocation call, Built built)
    {
        var body = new JsonBody();
        body.SetIfGiven("containerimage.config.digest", built.Image);
        body.SetIfGiven("containerimage.digest", built.Target);
        if (call.List("tag").Count > 0) body["image.name"] = string.Join(',', call.List("tag").Select(tag => ImageReference.Parse(tag).WithDefaultTag().ToString()));
        return body;
    }

    /// <param name="Image">The image's id; empty where none was made.</param>
    /// <param name="Target">The digest of its manifest or index.</param>
    internal sealed record Built(string Image, string Target);
}
