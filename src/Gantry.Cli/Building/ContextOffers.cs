using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>Directories of this machine that a build gets: the daemon says what it has not of each, and only that is sent.</summary>
internal static class ContextOffers
{
    /// <summary>Sends what changed of a directory. Null where the daemon is another one than Gantry's.</summary>
    public static async ValueTask<string?> TrySendAsync(Invocation call, LocalContext local)
    {
        if (await TryOfferAsync(call, local).ConfigureAwait(false) is not { } offer) return null;
        await offer.Sent.ConfigureAwait(false);
        return offer.Id;
    }

    /// <summary>Begins to send what changed of a directory. Null where the daemon is another one than Gantry's.</summary>
    public static async ValueTask<ContextOffer?> TryOfferAsync(Invocation call, LocalContext local)
    {
        var request = new BuildContextRequest { Key = $"{Environment.MachineName}:{Environment.UserName}:{local.Directory}", Ignored = local.Ignored };
        var answer = await TryCompareAsync(call, request with { IsNew = true }).ConfigureAwait(false);
        if (answer is null) return null;
        if (answer.Id.Length > 0) return new(answer.Id, Task.Run(() => SendAllAsync(call, local, request, answer.Id)));
        answer = await TryCompareAsync(call, request with { Digest = local.Digest, IsUnchanged = true }).ConfigureAwait(false);
        if (answer is { Id: "" }) answer = await TryCompareAsync(call, request with { Digest = local.Digest, Entries = [.. local.Entries] }).ConfigureAwait(false);
        return answer is null ? null : new(answer.Id, answer.Missing.Length == 0 ? Task.CompletedTask : Task.Run(() => SendAsync(call, local, answer)));
    }

    private static async Task SendAsync(Invocation call, LocalContext local, BuildContextResponse wanted)
    {
        using var archive = local.Archive(wanted.Missing);
        await SendAsync(call, wanted.Id, archive).ConfigureAwait(false);
    }

    /// <summary>Sends all of a directory while it is looked through: nothing of it is there.</summary>
    private static async Task SendAllAsync(Invocation call, LocalContext local, BuildContextRequest request, string id)
    {
        using var archive = local.ArchiveAsFound();
        var listing = ListAsync(call, local, request, id);
        // The first of them says why where both fail.
        await Task.WhenAll(SendAsync(call, id, archive), listing).ConfigureAwait(false);
    }

    private static async Task ListAsync(Invocation call, LocalContext local, BuildContextRequest request, string id)
    {
        var list = await BlockingWork.RunAsync(() => JsonSerializer.SerializeToUtf8Bytes(request with { Digest = local.Digest, Entries = [.. local.Entries] }, BuildJson.Default.BuildContextRequest)).ConfigureAwait(false);
        await call.Client.PostAsync($"/gantry/build/contexts/{id}/entries", list).ConfigureAwait(false);
    }

    private static async Task SendAsync(Invocation call, string id, Stream archive) => await call.Client.PostStreamAsync($"/gantry/build/contexts/{id}", archive).ConfigureAwait(false);

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

    /// <summary>A context of which nothing is sent but what it leaves out.</summary>
    public static async ValueTask<string> EmptyAsync(Invocation call, string? ignored) =>
        (await TryCompareAsync(call, new() { Key = "empty", Ignored = ignored }).ConfigureAwait(false))?.Id ?? throw new CommandLineException("ERROR: --call and --check need gantryd");

    /// <summary>The contexts of <c>--build-context</c>, by their names.</summary>
    /// <param name="call">Has them.</param>
    /// <param name="offer">Gives the id of what the daemon has of a directory.</param>
    /// <param name="offerLayout">The same of an OCI layout.</param>
    public static async ValueTask<Dictionary<string, string>> NamedAsync(Invocation call, Func<string, ValueTask<string>> offer, Func<string, ValueTask<string>> offerLayout)
    {
        var contexts = new Dictionary<string, string>();
        foreach (var (name, place) in Named(call))
        {
            if (LayoutAddress.TryParse(place, out var layout))
            {
                var directory = $"gantry.layout{contexts.Count}";
                contexts[directory] = await offerLayout(layout.Place).ConfigureAwait(false);
                contexts[name] = (layout with { Place = directory }).ToString();
                continue;
            }

            contexts[name] = IsElsewhere(place) ? place : await offer(place).ConfigureAwait(false);
        }

        return contexts;
    }

    /// <summary>Says so of directories that are not there, before anything is sent.</summary>
    public static void Verify(Invocation call)
    {
        foreach (var (_, place) in Named(call))
        {
            if (LayoutAddress.TryParse(place, out var layout)) LocalContext.RequireDirectory(layout.Place);
            else if (!IsElsewhere(place)) LocalContext.RequireDirectory(place);
        }
    }

    private static IEnumerable<(string Name, string Place)> Named(Invocation call) => call.List("build-context").Select(
        named => named.Split('=', 2) is [var name, var place] ? (name, place) : throw new CommandLineException($"ERROR: invalid context value: {named}, expected key=value"));

    private static bool IsElsewhere(string place) => place.Contains("://", StringComparison.Ordinal) || (!Directory.Exists(place) && ContextAddress.IsRemote(place));

    public static void Add(Query query, Dictionary<string, string> contexts)
    {
        if (contexts.Count > 0) query.Add("contexts", JsonSerializer.Serialize(contexts, BuildJson.Default.DictionaryStringString));
    }

    /// <summary>What <c>--cache-from</c> names. A directory goes to the daemon as a context does.</summary>
    /// <param name="contexts">Gets the directories.</param>
    public static async ValueTask<string[]> CachesAsync(Invocation call, Dictionary<string, string> contexts)
    {
        var caches = new List<string>();
        foreach (var cache in call.List("cache-from"))
        {
            var fields = cache.Contains('=', StringComparison.Ordinal) ? BuildResults.Fields("--cache-from", cache) : new() { ["type"] = "registry", ["ref"] = cache };
            if (fields.GetValueOrDefault("type") == "local")
            {
                var source = fields.GetValueOrDefault("src") ?? throw new CommandLineException("ERROR: src is required for a local cache");
                if (!File.Exists(Path.Combine(source, "index.json")))
                {
                    // The first of many builds has none.
                    call.Out.ErrorLine($"WARNING: local cache import at {source} not found due to err: could not read {source}/index.json");
                    continue;
                }

                var name = $"gantry.cache{caches.Count}";
                contexts[name] = await TrySendAsync(call, new LocalContext(source, null)).ConfigureAwait(false) ?? "";
                fields["gantry.id"] = name;
            }

            caches.Add(BuildResults.Text(fields));
        }

        return [.. caches];
    }
}

/// <param name="Id">By which the daemon knows the directory; a build may begin with it.</param>
/// <param name="Sent">Ends when the daemon has all of it.</param>
internal sealed record ContextOffer(string Id, Task Sent);
