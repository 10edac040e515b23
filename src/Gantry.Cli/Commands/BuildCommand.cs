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
        if (call.Flag("push") && call.List("tag").Count == 0 && !call.List("output").Any(output => output.Contains("name=", StringComparison.Ordinal))) throw new CommandLineException("ERROR: tag is needed when pushing to registry");
        var built = source.Local is { } local && await TryOfferAsync(call, local).ConfigureAwait(false) is { } context
            ? await InStepsAsync(call, source, context).ConfigureAwait(false)
            : await ClassicAsync(call, source).ConfigureAwait(false);
        if (call.Has("iidfile")) await File.WriteAllTextAsync(call.Text("iidfile"), built.Image).ConfigureAwait(false);
        if (call.Has("metadata-file")) await File.WriteAllTextAsync(call.Text("metadata-file"), Metadata(call, built)).ConfigureAwait(false);
        if (call.Flag("quiet") && built.Image.Length > 0) call.Out.Line(built.Image);
        return 0;
    }

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

    private static async ValueTask<Built> InStepsAsync(Invocation call, BuildSource source, string context)
    {
        var results = new BuildResults(call);
        var query = BuildOptions.AddTo(new Query("/build"), call).Add("progress", "steps").Add("context", context).Add("dockerfile", source.Name);
        var contexts = new Dictionary<string, string>();
        foreach (var named in call.List("build-context"))
        {
            var (name, place) = named.Split('=', 2) is [var left, var right] ? (left, right) : throw new CommandLineException($"ERROR: invalid context value: {named}, expected key=value");
            contexts[name] = place.Contains("://", StringComparison.Ordinal) ? place : await TryOfferAsync(call, new LocalContext(place, null)).ConfigureAwait(false) ?? "";
        }

        var caches = new List<string>();
        foreach (var cache in call.List("cache-from")) caches.Add(await OfferCacheAsync(call, cache, contexts).ConfigureAwait(false));
        if (caches.Count > 0) query.Add("cachefrom", JsonSerializer.Serialize([.. caches], BuildJson.Default.StringArray));
        results.AddTo(query);
        if (contexts.Count > 0) query.Add("contexts", JsonSerializer.Serialize(contexts, BuildJson.Default.DictionaryStringString));
        if (BuildOptions.Agents(call) is { Count: > 0 } agents) query.Add("agents", JsonSerializer.Serialize(agents, BuildJson.Default.DictionaryStringString));
        var display = Display(call);
        using var ending = display as IDisposable;
        using var stop = new CancellationTokenSource();
        var receiving = results.ReceiveAsync(call.Client, stop.Token);
        var messages = call.Client.BuildAsync(query.ToString(), new MemoryStream(source.Dockerfile!), BuildOptions.Headers(call, source.Dockerfile, [.. call.List("tag"), .. results.Names, .. caches.Select(BuildResults.ReferenceOf)]));
        Built? built = null;
        BuildFailure? failure = null;
        await foreach (var json in messages.ConfigureAwait(false))
        {
            var message = json.Deserialize(BuildJson.Default.BuildMessage)!;
            built = message.Image is { } image ? new(image, message.Target ?? image) : built;
            failure = message.Failure ?? failure;
            display.Show(message);
        }

        display.End();
        // What broke on this side is why the build could not end.
        if (failure is not null && receiving.IsFaulted) await receiving.ConfigureAwait(false);
        if (failure is not null || built is null) await stop.CancelAsync().ConfigureAwait(false);
        if (failure is not null) throw Failed(failure);
        if (built is null) throw new CommandLineException("ERROR: the daemon ended before the build did");
        await receiving.ConfigureAwait(false);
        return built;
    }

    /// <summary>A cache that is a directory goes to the daemon as a context does: what it has of it is not sent again.</summary>
    private static async ValueTask<string> OfferCacheAsync(Invocation call, string cache, Dictionary<string, string> contexts)
    {
        if (!cache.Contains('=', StringComparison.Ordinal)) return $"type=registry,ref={cache}";
        var fields = BuildResults.Fields("--cache-from", cache);
        if (fields.GetValueOrDefault("type") == "local")
        {
            var source = fields.GetValueOrDefault("src") ?? throw new CommandLineException("ERROR: src is required for a local cache");
            if (!Directory.Exists(source)) return cache;
            var name = $"gantry.cache{contexts.Count}";
            contexts[name] = await TryOfferAsync(call, new LocalContext(source, null)).ConfigureAwait(false) ?? "";
            fields["gantry.id"] = name;
        }

        return BuildResults.Text(fields);
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
    private static async ValueTask<Built> ClassicAsync(Invocation call, BuildSource source)
    {
        foreach (var option in (string[])["secret", "ssh", "build-context", "no-cache-filter", "allow", "output", "cache-to"])
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

    private static string Metadata(Invocation call, Built built)
    {
        var body = new JsonBody { ["containerimage.config.digest"] = built.Image, ["containerimage.digest"] = built.Target };
        if (call.List("tag").Count > 0) body["image.name"] = string.Join(',', call.List("tag").Select(tag => ImageReference.Parse(tag).WithDefaultTag().ToString()));
        return Encoding.UTF8.GetString(body.ToUtf8().Span);
    }

    /// <param name="Image">The image's id; empty where none was made.</param>
    /// <param name="Target">The digest of its manifest or index.</param>
    private sealed record Built(string Image, string Target);
}
