using System.Globalization;
using System.Text.RegularExpressions;
using Gantry.Images.Archives;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Spec;

namespace Gantry.Server.BuildKit.History;

/// <summary>A filter of the history, as <c>status==error,startedAt&gt;=24h</c>: all of its conditions must hold.</summary>
internal sealed class HistoryFilter
{
    private const long NanosecondsPerTick = TimeSpan.NanosecondsPerTick;
    private static readonly string[] TextSigns = ["==", "!=", "~="];
    private static readonly string[] TimeSigns = [">=", "<=", ">", "<"];
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);
    private readonly IReadOnlyList<Func<BuildRecord, bool>> conditions;

    /// <param name="now">What durations are before.</param>
    public HistoryFilter(string text, DateTimeOffset now) => conditions = [.. text.Split(',').Select(condition => Condition(condition.Trim('"'), now))];

    public bool Matches(BuildRecord record) => conditions.All(holds => holds(record));

    private static Func<BuildRecord, bool> Condition(string text, DateTimeOffset now)
    {
        if (TimeSigns.FirstOrDefault(sign => text.Contains(sign, StringComparison.Ordinal)) is { } order)
        {
            var (name, wanted) = Split(text, order);
            return name switch
            {
                "startedAt" when Moment(wanted, now) is var moment => record => Holds(order, record.CreatedAt.ToUnixTimeSeconds(), moment),
                "completedAt" when Moment(wanted, now) is var moment => record => Holds(order, record.CompletedAt?.ToUnixTimeSeconds() ?? 0, moment),
                "duration" when Nanoseconds(wanted) is var duration => record => Holds(order, (record.CompletedAt - record.CreatedAt)?.Ticks * NanosecondsPerTick ?? 0, duration),
                _ => throw Invalid(text),
            };
        }

        var equals = TextSigns.FirstOrDefault(sign => text.Contains(sign, StringComparison.Ordinal)) ?? throw Invalid(text);
        var (field, value) = Split(text, equals);
        Func<BuildRecord, string> read = field switch
        {
            "ref" => record => record.Ref,
            "status" => Status,
            "repository" => Repository,
            _ => throw Invalid(text),
        };
        if (equals == "~=")
        {
            var pattern = Pattern(value);
            return record => pattern.IsMatch(read(record));
        }

        return equals == "==" ? record => read(record) == value : record => read(record) != value;
    }

    private static string Status(BuildRecord record) =>
        record.CompletedAt is null ? "running"
        : record.Failure is null ? "completed"
        : record.Failure.Code == GrpcCode.Canceled ? "canceled"
        : "error";

    private static string Repository(BuildRecord record) =>
        record.Attributes.TryGetValue("vcs:source", out var source) ? source : record.Attributes.GetValueOrDefault("context", "").Split('#')[0];

    private static bool Holds(string order, long value, long wanted) => order switch
    {
        ">=" => value >= wanted,
        "<=" => value <= wanted,
        ">" => value > wanted,
        _ => value < wanted,
    };

    private static long Moment(string text, DateTimeOffset now) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment.ToUnixTimeSeconds()
        : now.AddTicks(-Nanoseconds(text) / NanosecondsPerTick).ToUnixTimeSeconds();

    private static long Nanoseconds(string text)
    {
        try
        {
            return GoDuration.Parse(text);
        }
        catch (InvalidArgumentException e)
        {
            throw new GrpcException(GrpcCode.InvalidArgument, e.Message, default, e);
        }
    }

    private static Regex Pattern(string text)
    {
        try
        {
            return new(text, RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (RegexParseException e)
        {
            throw new GrpcException(GrpcCode.InvalidArgument, $"invalid pattern \"{text}\" of a history filter: {e.Message}", default, e);
        }
    }

    private static (string Left, string Right) Split(string text, string sign)
    {
        var at = text.IndexOf(sign, StringComparison.Ordinal);
        return (text[..at], text[(at + sign.Length)..].Trim('"'));
    }

    private static GrpcException Invalid(string text) =>
        new(GrpcCode.InvalidArgument, $"invalid history filter \"{text}\": it can be ref, status or repository with ==, != or ~=, or startedAt, completedAt or duration with >=, <=, > or <");
}
