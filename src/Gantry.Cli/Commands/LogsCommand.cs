using System.Globalization;
using Gantry.Cli.CommandLine;
using Gantry.Spec.Engine;
using Gantry.Client;

namespace Gantry.Cli.Commands;

internal static class LogsCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var container = await call.Client.GetAsync($"/containers/{Query.Segment(call.Arguments[0])}/json").ConfigureAwait(false);
        var target = new Query($"/containers/{container.GetProperty("Id").GetString()}/logs")
            .Add("details", call.Flag("details"))
            .Add("follow", call.Flag("follow"))
            .Add("since", Timestamps.ForQuery(call.Text("since"), "since"))
            .Add("stderr", true).Add("stdout", true)
            .Add("tail", call.Text("tail"))
            .Add("timestamps", call.Flag("timestamps"))
            .Add("until", Timestamps.ForQuery(call.Text("until"), "until"));
        using var body = await call.Client.OpenAsync(target.ToString()).ConfigureAwait(false);
        if (!container.GetProperty("Config").GetProperty("Tty").GetBoolean())
        {
            await Multiplexed.CopyAsync(body, call.Out.Standard, call.Out.Error).ConfigureAwait(false);
            return 0;
        }

        var buffer = new byte[32 * 1024];
        int count;
        while ((count = await body.ReadAsync(buffer).ConfigureAwait(false)) > 0) call.Out.Standard.Write(buffer, 0, count);
        return 0;
    }
}

/// <summary>Points in time as users write them: seconds, RFC 3339 or parts of it in local time, or a duration back from now.</summary>
internal static class Timestamps
{
    private static readonly string[] Local =
        ["yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH", "yyyy-MM-dd"];

    /// <returns>seconds.nanoseconds, or nothing for nothing.</returns>
    /// <exception cref="CommandLineException">The text is no point in time.</exception>
    public static string? ForQuery(string text, string? name = null)
    {
        if (text.Length == 0) return null;
        if (OptionValues.TryDuration(text, out var nanoseconds) && text != "0") return Seconds(Nanoseconds(DateTimeOffset.UtcNow) - nanoseconds);
        if (text.All(c => char.IsAsciiDigit(c) || c == '.')) return text;
        if (DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var local)) return Seconds(Nanoseconds(local));
        if (GoTime.TryParseUnixNanoseconds(text, out var exact)) return Seconds(exact);
        throw new CommandLineException($"{(name is null ? "" : $"invalid value for \"{name}\": ")}failed to parse value as time or duration: {OptionValues.Quote(text)}");
    }

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static string Seconds(long nanoseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1_000_000_000}.{nanoseconds % 1_000_000_000:d9}");
}
