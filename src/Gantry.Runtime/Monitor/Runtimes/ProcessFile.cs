using System.Text.Json;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Monitor.Runtimes;

/// <summary>Writes process.json (OCI runtime specification, config.md, Process) by hand: a monitor that stays shall not keep a serializer's tables.</summary>
internal static class ProcessFile
{
    public static void Write(string path, ProcessSpec process)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteBoolean("terminal", process.Terminal);
        if (process.ConsoleSize is { } size)
        {
            json.WriteStartObject("consoleSize");
            json.WriteNumber("height", size.Height);
            json.WriteNumber("width", size.Width);
            json.WriteEndObject();
        }

        WriteUser(json, process.User!);
        WriteStrings(json, "args", process.Args);
        WriteStrings(json, "env", process.Env);
        json.WriteString("cwd", process.Cwd);
        json.WriteStartObject("capabilities");
        WriteStrings(json, "bounding", process.Capabilities?.Bounding);
        WriteStrings(json, "effective", process.Capabilities?.Effective);
        WriteStrings(json, "permitted", process.Capabilities?.Permitted);
        json.WriteEndObject();
        WriteLimits(json, process.Rlimits);
        json.WriteBoolean("noNewPrivileges", process.NoNewPrivileges);
        if (process.OomScoreAdj is { } adjustment)
        {
            json.WriteNumber("oomScoreAdj", adjustment);
        }

        if (process.ApparmorProfile is { Length: > 0 } profile)
        {
            json.WriteString("apparmorProfile", profile);
        }

        json.WriteEndObject();
    }

    private static void WriteUser(Utf8JsonWriter json, UserSpec user)
    {
        json.WriteStartObject("user");
        json.WriteNumber("uid", user.Uid);
        json.WriteNumber("gid", user.Gid);
        if (user.Umask is { } umask)
        {
            json.WriteNumber("umask", umask);
        }

        json.WriteStartArray("additionalGids");
        foreach (var group in user.AdditionalGids ?? [])
        {
            json.WriteNumberValue(group);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, IReadOnlyList<RlimitSpec>? limits)
    {
        json.WriteStartArray("rlimits");
        foreach (var limit in limits ?? [])
        {
            json.WriteStartObject();
            json.WriteString("type", limit.Type);
            json.WriteNumber("hard", limit.Hard);
            json.WriteNumber("soft", limit.Soft);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IReadOnlyList<string>? values)
    {
        json.WriteStartArray(name);
        foreach (var value in values ?? [])
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
