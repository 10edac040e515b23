using System.Globalization;
using System.Text.Json;
using Gantry.Compose.Model;

namespace Gantry.Compose.Running;

/// <summary>A container of a project, as the engine lists it.</summary>
public sealed record ComposeContainer
{
    public required string Id { get; init; }

    /// <summary>Without the slash.</summary>
    public required string Name { get; init; }

    public required string Service { get; init; }

    /// <summary>From 1; 0 where it has none.</summary>
    public int Number { get; init; }

    /// <summary>Of <c>compose run</c>.</summary>
    public bool IsOneOff { get; init; }

    /// <summary><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>exited</c>, <c>dead</c>.</summary>
    public required string State { get; init; }

    /// <summary>As <c>ps</c> shows it: <c>Up 3 minutes (healthy)</c>.</summary>
    public string Status { get; init; } = "";

    public string Image { get; init; } = "";

    public string ImageId { get; init; } = "";

    public string Command { get; init; } = "";

    public DateTimeOffset Created { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = Empty.Map<string>();

    /// <summary>All that the engine says of it.</summary>
    public JsonElement Summary { get; init; }

    public bool IsRunning => State is "running" or "paused" or "restarting";

    /// <summary>Of those that it is on, or will be once it runs.</summary>
    public IReadOnlySet<string> NetworkNames => field ??= Names("NetworkSettings", "Networks", static networks => networks.EnumerateObject().Select(network => network.Name));

    public IReadOnlySet<string> VolumeNames => field ??= Names("Mounts", null, static mounts => mounts.EnumerateArray()
        .Where(mount => mount.TryGetProperty(nameof(Name), out _)).Select(mount => mount.GetProperty(nameof(Name)).GetString()!));

    public string ConfigHash => Labels.GetValueOrDefault(ComposeLabels.ConfigHash, "");

    public static ComposeContainer Parse(JsonElement summary)
    {
        var labels = summary.TryGetProperty(nameof(Labels), out var map) && map.ValueKind == JsonValueKind.Object
            ? map.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? "", StringComparer.Ordinal)
            : [];
        return new()
        {
            Id = Text(nameof(Id)),
            Name = summary.TryGetProperty("Names", out var names) && names.GetArrayLength() > 0
                ? names.EnumerateArray().Select(name => name.GetString()![1..]).MinBy(name => name.Count(letter => letter == '/'))!
                : "",
            Service = labels.GetValueOrDefault(ComposeLabels.Service, ""),
            Number = int.TryParse(labels.GetValueOrDefault(ComposeLabels.Number), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
            IsOneOff = string.Equals(labels.GetValueOrDefault(ComposeLabels.OneOff), "True", StringComparison.OrdinalIgnoreCase),
            State = Text(nameof(State)),
            Status = Text(nameof(Status)),
            Image = Text(nameof(Image)),
            ImageId = Text("ImageID"),
            Command = Text(nameof(Command)),
            Created = summary.TryGetProperty(nameof(Created), out var created) ? DateTimeOffset.FromUnixTimeSeconds(created.GetInt64()) : default,
            Labels = labels,
            Summary = summary,
        };

        string Text(string name) => summary.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
    }

    private HashSet<string> Names(string key, string? below, Func<JsonElement, IEnumerable<string>> read)
    {
        var found = Summary.ValueKind == JsonValueKind.Object && Summary.TryGetProperty(key, out var value) ? value : default;
        if (below is not null) found = found.ValueKind == JsonValueKind.Object && found.TryGetProperty(below, out var inner) ? inner : default;
        return found.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? read(found).ToHashSet(StringComparer.Ordinal) : [];
    }
}
