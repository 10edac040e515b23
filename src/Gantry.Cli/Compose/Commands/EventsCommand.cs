using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Client;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose.Commands;

/// <summary>compose events: what happens to the containers of a project.</summary>
internal static class EventsCommand
{
    public static Command Define(OptionSet shared) => ComposeCommand.Define(shared, "events [OPTIONS] [SERVICE...]", "Receive real time events from containers", 0, Command.Any, RunAsync, static o =>
    {
        o.Add("json", null, "bool", "Output events as a stream of json objects");
        o.Add("since", null, "string", "Show all events created since timestamp");
        o.Add("until", null, "string", "Stream events until this timestamp");
    });

    private static async Task<int> RunAsync(ComposeCall call)
    {
        var target = new Query("/events").Add("filters", ComposeEngine.LabelFilter($"{ComposeLabels.Project}={call.ProjectName()}"));
        foreach (var limit in (string[])["since", "until"]) if (call.Has(limit)) target.Add(limit, Cli.Commands.Timestamps.ForQuery(call.Text(limit)));
        await foreach (var message in call.Client.GetMessagesAsync(target.ToString()).ConfigureAwait(false))
        {
            var service = message.Text("Actor", "Attributes", ComposeLabels.Service);
            if (message.Text("Type") != "container" || message.Text("Actor", "Attributes", ComposeLabels.OneOff) == "True") continue;
            if (call.Arguments.Count > 0 && !call.Arguments.Contains(service)) continue;
            call.Out.LineNow(call.Flag("json") ? Json(message, service) : Plain(message));
        }

        return 0;
    }

    // An empty line comes after each.
    private static string Plain(JsonElement message)
    {
        var time = TimeOf(message).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        return $"{time} container {message.Text("Action")} {message.Text("Actor", "ID")} ({string.Join(", ", Attributes(message).Select(item => $"{item.Key}={item.Value}"))})\n";
    }

    private static string Json(JsonElement message, string service)
    {
        var attributes = new JsonBody();
        foreach (var (name, value) in Attributes(message)) attributes[name] = value;
        var time = TimeOf(message);
        var body = new JsonBody
        {
            ["action"] = message.Text("Action"),
            ["attributes"] = attributes,
            ["id"] = message.Text("Actor", "ID"),
            ["service"] = service,
            ["time"] = time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + (time.Offset == TimeSpan.Zero ? "Z" : Units.Offset(time, ":")),
            ["type"] = "container",
        };
        return Encoding.UTF8.GetString(body.ToUtf8().Span);
    }

    /// <summary>Without the labels of Compose, by name.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Attributes(JsonElement message) => message.Members("Actor", "Attributes")
        .Where(item => !item.Name.StartsWith("com.docker.compose.", StringComparison.Ordinal))
        .OrderBy(item => item.Name, StringComparer.Ordinal)
        .Select(item => KeyValuePair.Create(item.Name, item.Value.GetString() ?? ""));

    private static DateTimeOffset TimeOf(JsonElement message) => DateTimeOffset.UnixEpoch.AddTicks(message.Number("timeNano") / TimeSpan.NanosecondsPerTick).ToLocalTime();
}
