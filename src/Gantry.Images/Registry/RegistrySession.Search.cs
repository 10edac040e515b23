using System.Text.Json;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Images.Registry;

/// <summary>Search, which only version 1 of the registry's API has.</summary>
internal sealed partial class RegistrySession
{
    public async Task<IReadOnlyList<SearchResult>> SearchAsync(string words, int limit, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"/v1/search?q={Uri.EscapeDataString(words)}&n={limit}", "search", null, cancellationToken).ConfigureAwait(false);
        var content = await ReadAsync(response, Options.ManifestLimit, $"search at registry {address.Authority}", cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(content, EngineJsonContext.Default.SearchResults)?.Results ?? [];
        }
        catch (JsonException e)
        {
            throw new RegistryUnavailableException($"registry {address.Authority} answers a search with something that is no list of repositories", e);
        }
    }
}
