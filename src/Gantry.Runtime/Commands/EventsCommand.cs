using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Processes;
using Gantry.Runtime.Cgroups;
using Gantry.Spec;

namespace Gantry.Runtime.Commands;

/// <summary><c>events</c>: what a container uses, now and then, and when a process of it is killed for want of memory.</summary>
internal static class EventsCommand
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    public static int Run(GlobalOptions options, Arguments arguments)
    {
        var interval = TimeSpan.FromSeconds(5);
        var once = false;
        while (arguments.NextOption() is { } option)
        {
            switch (option)
            {
                case "stats":
                    once = arguments.Flag(option);
                    break;
                case "interval":
                    interval = Duration(arguments.Value(option));
                    break;
                default:
                    throw arguments.Unknown(option);
            }
        }

        var id = arguments.Id();
        var state = ContainerDirectory.Open(options, id).ReadState();
        if (!state.IsAlive)
        {
            throw new ConflictException($"no events of container {id}: it has stopped");
        }

        Tell(id, state.Cgroup);
        if (!once)
        {
            Watch(id, state, interval);
        }

        return 0;
    }

    private static void Watch(string id, SavedContainer state, TimeSpan interval)
    {
        var kills = CgroupStatistics.OutOfMemoryKills(state.Cgroup);
        var since = Stopwatch.StartNew();
        while (state.IsAlive)
        {
            Thread.Sleep(Glance);
            var now = CgroupStatistics.OutOfMemoryKills(state.Cgroup);
            for (; kills < now; kills++)
            {
                Descriptors.Write(1, $$"""{"type":"oom","id":"{{id}}"}""" + "\n");
            }

            if (since.Elapsed >= interval && state.IsAlive)
            {
                Tell(id, state.Cgroup);
                since.Restart();
            }
        }
    }

    private static void Tell(string id, Cgroup cgroup)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "stats"u8);
            json.WriteString("id"u8, id);
            json.WriteStartObject("data"u8);
            CgroupStatistics.Write(json, cgroup);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        Descriptors.Write(1, Encoding.UTF8.GetString(memory.ToArray()) + "\n");
    }

    /// <summary><c>5s</c>, <c>500ms</c>, <c>1m</c>.</summary>
    private static TimeSpan Duration(string text)
    {
        var digits = text.TrimEnd('s', 'm');
        var milliseconds = text[digits.Length..] switch
        {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            _ => 0,
        };
        return milliseconds > 0 && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0
            ? TimeSpan.FromMilliseconds(number * milliseconds)
            : throw new InvalidArgumentException($"events: option --interval: {text} is not a time such as 500ms, 5s or 1m");
    }
}
