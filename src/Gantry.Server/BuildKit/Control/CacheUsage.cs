using System.Globalization;
using Gantry.Engine.Backends;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec.Engine;

namespace Gantry.Server.BuildKit.Control;

/// <summary>The build cache in BuildKit's words.</summary>
internal static class CacheUsage
{
    public static ProtoWriter Record(BuildCache record) => new ProtoWriter()
        .Text(1, record.ID)
        .Flag(2, record.Type == "exec.cachemount")
        .Flag(3, record.InUse)
        .Integer(4, record.Size)
        .Time(6, Time(record.CreatedAt))
        .Time(7, Time(record.LastUsedAt))
        .Integer(8, record.UsageCount)
        .Text(9, record.Description)
        .Text(10, record.Type)
        .Flag(11, record.Shared)
        .Texts(12, record.Parents ?? []);

    /// <summary>The filters of a <c>DiskUsageRequest</c>.</summary>
    public static Filters Filters(ReadOnlySpan<byte> message)
    {
        var filters = Engine.Backends.Filters.None;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                filters = Add(filters, reader.Text());
            }
            else
            {
                reader.Skip();
            }
        }

        return filters;
    }

    public static bool Matches(BuildCache record, Filters filters) =>
        filters["id"].All(value => record.ID.StartsWith(value, StringComparison.Ordinal))
        && filters["type"].All(value => record.Type == value)
        && filters["description"].All(value => record.Description.Contains(value, StringComparison.Ordinal));

    /// <summary>What a <c>PruneRequest</c> asks for.</summary>
    public static BuildPruneOptions PruneOptions(ReadOnlySpan<byte> message)
    {
        var (all, keep) = (false, 0L);
        var filters = Engine.Backends.Filters.None;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    filters = Add(filters, reader.Text());
                    break;
                case 2:
                    all = reader.Flag();
                    break;
                case 3:
                    // Nanoseconds.
                    filters = reader.Integer() is > 0 and var age ? filters.With("until", (age / 1_000_000).ToString(CultureInfo.InvariantCulture) + "ms") : filters;
                    break;
                case 4:
                    keep = reader.Integer();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new() { All = all, Keep = keep, Filters = filters };
    }

    /// <summary>Filters are expressions here, <c>type==regular</c> or <c>description~=text</c>, several with commas between.</summary>
    private static Filters Add(Filters filters, string text)
    {
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var cut = part.IndexOf('=', StringComparison.Ordinal);
            filters = cut > 0
                ? filters.With(part[..cut].TrimEnd('~'), part[cut..].TrimStart('=').Trim('"'))
                : throw new GrpcException(GrpcCode.InvalidArgument, $"invalid filter '{part}'");
        }

        return filters;
    }

    private static DateTimeOffset? Time(string? text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
