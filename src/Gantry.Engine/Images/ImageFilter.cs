using System.Globalization;
using Gantry.Engine.Backends;
using Gantry.Engine.Events;
using Gantry.Images;
using Gantry.Spec;

namespace Gantry.Engine.Images;

/// <summary>The filters of <c>GET /images/json</c>.</summary>
internal sealed class ImageFilter
{
    private readonly Filters filters;
    private readonly DateTimeOffset? before;
    private readonly DateTimeOffset? since;
    private readonly bool? dangling;

    public ImageFilter(Filters filters, Func<string, Image> resolve)
    {
        filters.RequireKnown("before", "dangling", "label", "reference", "since", "until");
        this.filters = filters;
        before = filters["before"] is [var newer, ..] ? resolve(newer).Created : null;
        since = filters["since"] is [var older, ..] ? resolve(older).Created : null;
        dangling = filters.Flag("dangling");
        if (filters["until"] is [var text, ..])
        {
            var until = Time(text);
            before = before is null || until < before ? until : before;
        }
    }

    public bool Matches(Image image) =>
        (before is null || image.Created < before)
        && (since is null || image.Created > since)
        && (dangling is null || dangling == (image.RepoTags.Count == 0))
        && LabelFilter.Matches(filters["label"], image.Config.Labels)
        && (!filters.Contains("reference") || image.RepoTags.Concat(image.RepoDigests).Any(IsWanted));

    /// <summary>The names among an image's that the list shows: with the filter <c>reference</c>, those that match.</summary>
    public string[] Wanted(IEnumerable<string> names) => [.. names.Where(IsWanted).Order(StringComparer.Ordinal)];

    private bool IsWanted(string name) => !filters.Contains("reference") || filters["reference"].Any(pattern => MatchesReference(name, pattern));

    /// <summary>Docker's rule: the pattern is compared with the name alone and with the name and its tag; <c>*</c> stays in one component.</summary>
    internal static bool MatchesReference(string name, string pattern)
    {
        var at = name.IndexOf('@');
        var colon = at >= 0 ? at : name.LastIndexOf(':') is var c && c > name.LastIndexOf('/') ? c : name.Length;
        return Glob(name, pattern) || Glob(name.AsSpan(0, colon), pattern);
    }

    private static bool Glob(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        while (!pattern.IsEmpty)
        {
            if (pattern[0] == '*')
            {
                for (var i = 0; i <= text.Length; i++)
                {
                    if (Glob(text[i..], pattern[1..]))
                    {
                        return true;
                    }

                    if (i < text.Length && text[i] == '/')
                    {
                        return false;
                    }
                }

                return false;
            }

            if (text.IsEmpty || (pattern[0] != '?' && pattern[0] != text[0]) || (pattern[0] == '?' && text[0] == '/'))
            {
                return false;
            }

            text = text[1..];
            pattern = pattern[1..];
        }

        return text.IsEmpty;
    }

    private static DateTimeOffset Time(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new InvalidArgumentException($"invalid filter 'until={text}': neither a time nor seconds since 1970");
}
