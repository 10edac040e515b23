using System.Text.Json;
using Gantry.Client;
using Gantry.Compose.Model;

namespace Gantry.Compose.Running;

/// <summary>What an engine has of a project.</summary>
/// <param name="client">Used by several threads at once.</param>
/// <param name="project">Its name.</param>
public sealed class ComposeEngine(GantryClient client, string project)
{
    public GantryClient Client => client;

    public string Project => project;

    /// <summary>Variables by which containers find proxies; what a service says itself goes before them.</summary>
    public IReadOnlyDictionary<string, string> Proxies { get; init; } = Empty.Map<string>();

    /// <summary>The containers, by service and number; those of <c>compose run</c> only where they are asked for.</summary>
    public async Task<IReadOnlyList<ComposeContainer>> ListAsync(bool all = true, bool oneOff = false, IReadOnlyCollection<string>? services = null, CancellationToken cancellationToken = default)
    {
        var filter = oneOff ? LabelFilter(ProjectLabel) : LabelFilter(ProjectLabel, ComposeLabels.OneOff + "=False");
        var listed = await client.GetAsync(new Query("/containers/json").Add("all", all).Add("filters", filter).ToString(), cancellationToken).ConfigureAwait(false);
        return
        [
            .. listed.EnumerateArray().Select(ComposeContainer.Parse)
                .Where(container => services is null or { Count: 0 } || services.Contains(container.Service))
                .OrderBy(container => container.Service, StringComparer.Ordinal).ThenBy(container => container.Number),
        ];
    }

    /// <summary>The networks that were made for the project.</summary>
    public async Task<IReadOnlyList<JsonElement>> NetworksAsync(CancellationToken cancellationToken = default) =>
        [.. (await client.GetAsync(new Query("/networks").Add("filters", LabelFilter(ProjectLabel)).ToString(), cancellationToken).ConfigureAwait(false)).EnumerateArray()];

    /// <summary>The volumes that were made for the project.</summary>
    public async Task<IReadOnlyList<JsonElement>> VolumesAsync(CancellationToken cancellationToken = default)
    {
        var listed = await client.GetAsync(new Query("/volumes").Add("filters", LabelFilter(ProjectLabel)).ToString(), cancellationToken).ConfigureAwait(false);
        return listed.TryGetProperty("Volumes", out var volumes) && volumes.ValueKind == JsonValueKind.Array ? [.. volumes.EnumerateArray()] : [];
    }

    /// <summary>The value of a query's <c>filters</c> that asks for labels.</summary>
    public static string LabelFilter(params IReadOnlyList<string> labels) =>
        System.Text.Encoding.UTF8.GetString(new JsonBody { ["label"] = labels }.ToUtf8().Span);

    private string ProjectLabel => $"{ComposeLabels.Project}={project}";
}
