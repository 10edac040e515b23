using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Spec.Templates;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>events: one line for each, as they come.</summary>
internal static class EventsCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var format = call.Text("format") is "json" ? "{{json .}}" : call.Text("format");
        var template = format.Length > 0 ? ListWriter.Parse(format, "Error parsing format", 64) : null;
        var target = new Query("/events")
            .Add("filters", Filters.ToQuery(call.List("filter")))
            .Add("since", Timestamps.ForQuery(call.Text("since")))
            .Add("until", Timestamps.ForQuery(call.Text("until")));
        await foreach (var message in call.Client.GetMessagesAsync(target.ToString()).ConfigureAwait(false))
        {
            call.Out.LineNow(template is null ? Plain(message) : Formatted(template, message));
        }

        return 0;
    }

    private static string Formatted(Template template, JsonElement message)
    {
        var text = new StringBuilder();
        try
        {
            template.Execute(Values.From(message), text);
        }
        catch (TemplateException e)
        {
            throw new CommandLineException(e.Message);
        }

        return text.ToString();
    }

    // 2026-01-02T03:04:05.000000006Z container create ID (image=busybox, name=a)
    private static string Plain(JsonElement message)
    {
        var text = new StringBuilder();
        var nanoseconds = message.Number("timeNano");
        var time = nanoseconds != 0 ? DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100) : DateTimeOffset.FromUnixTimeSeconds(message.Number("time"));
        if (nanoseconds != 0 || message.Number("time") != 0)
        {
            time = time.ToLocalTime();
            text.Append(time.ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture))
                .Append(System.Globalization.CultureInfo.InvariantCulture, $".{nanoseconds % 1_000_000_000:d9}")
                .Append(time.Offset == TimeSpan.Zero ? "Z" : Units.Offset(time, ":")).Append(' ');
        }

        text.Append(message.Text("Type")).Append(' ').Append(message.Text("Action")).Append(' ').Append(message.Text("Actor", "ID"));
        var attributes = message.Members("Actor", "Attributes").OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => $"{a.Name}={a.Value.GetString()}").ToList();
        if (attributes.Count > 0) text.Append(" (").Append(string.Join(", ", attributes)).Append(')');
        return text.ToString();
    }
}
