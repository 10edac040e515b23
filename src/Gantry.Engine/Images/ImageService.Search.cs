using System.Globalization;
using Gantry.Engine.Backends;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Images;

internal sealed partial class ImageService
{
    private const int DefaultLimit = 25;
    private const int LargestLimit = 100;

    public async Task<IReadOnlyList<SearchResult>> SearchAsync(string term, int? limit, Filters filters, AuthConfig? auth, CancellationToken cancellationToken)
    {
        filters.RequireKnown("is-automated", "is-official", "stars");
        if (limit is < 0 or > LargestLimit)
        {
            throw new InvalidArgumentException($"limit {limit} is outside the range of [1, {LargestLimit}]");
        }

        var (official, automated) = (Truth(filters, "is-official"), Truth(filters, "is-automated"));
        var stars = filters["stars"].Select(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : throw new InvalidArgumentException($"invalid filter 'stars={s}'")).DefaultIfEmpty(0).Max();
        var found = await store.SearchAsync(term, limit is > 0 ? limit.Value : DefaultLimit, ToRegistryAuth(auth), cancellationToken).ConfigureAwait(false);
        return [.. found.Where(r => (official ?? r.IsOfficial) == r.IsOfficial && (automated ?? r.IsAutomated) == r.IsAutomated && r.StarCount >= stars)];
    }

    private static bool? Truth(Filters filters, string key) => filters[key] switch
    {
        [] => null,
        ["true" or "1"] => true,
        ["false" or "0"] => false,
        var other => throw new InvalidArgumentException($"invalid filter '{key}=[{string.Join(' ', other)}]'"),
    };
}
