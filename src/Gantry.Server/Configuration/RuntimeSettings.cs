using System.Text.Json;
using Gantry.Engine.Containers;
using Gantry.Spec;

namespace Gantry.Server.Configuration;

/// <summary>Docker's settings of the OCI runtimes that containers may name.</summary>
internal static class RuntimeSettings
{
    public static IReadOnlyList<DaemonSetting> All { get; } =
    [
        new("add-runtime", "runtimes", null, "name=path", "An OCI runtime that containers may name; may be repeated",
            (options, value) => options with { Runtimes = Add(options.Runtimes, value) }) { Unfold = Members },
        new("default-runtime", "default-runtime", null, "name", $"The OCI runtime of containers that name none (default {RuntimeOptions.StockName})",
            (options, value) => options with { Runtimes = options.Runtimes with { Default = value } }),
    ];

    /// <summary><c>name={"path": …}</c> for each of them.</summary>
    private static IEnumerable<string> Members(JsonElement runtimes) => runtimes.EnumerateObject().Select(member => $"{member.Name}={member.Value.GetRawText()}");

    private static RuntimeOptions Add(RuntimeOptions runtimes, string text)
    {
        var parts = text.Split('=', 2);
        if (parts is not [{ Length: > 0 } name, { Length: > 0 } value] || name.Contains('/', StringComparison.Ordinal) || name is "." or "..")
        {
            throw new InvalidArgumentException($"invalid runtime \"{text}\": name=path is needed, the name without a slash");
        }

        return runtimes.With(name, value[0] == '{' ? Read(name, value) : new RuntimeProgram(value, []));
    }

    private static RuntimeProgram Read(string name, string json)
    {
        using var document = JsonDocument.Parse(json);
        var runtime = document.RootElement;
        if (runtime.TryGetProperty("runtimeType", out var type))
        {
            throw new UnsupportedException($"runtime {name}: runtimeType {type} is a shim of containerd, which is not here; give the path of an OCI runtime");
        }

        if (!runtime.TryGetProperty("path", out var path) || path.ValueKind != JsonValueKind.String || path.GetString() is not { Length: > 0 } program)
        {
            throw new InvalidArgumentException($"runtime {name}: either a runtimeType or a path must be configured");
        }

        if (runtime.TryGetProperty("options", out _))
        {
            throw new InvalidArgumentException($"runtime {name}: options cannot be used with a path runtime");
        }

        return new RuntimeProgram(program, runtime.TryGetProperty("runtimeArgs", out var arguments) ? Strings(name, arguments) : []);
    }

    private static string[] Strings(string name, JsonElement list) =>
        list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : throw new InvalidArgumentException($"runtime {name}: runtimeArgs must be a list of strings, not {list.GetRawText()}");
}
