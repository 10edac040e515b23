using System.Runtime.InteropServices;
using System.Text.Json;
using Gantry.Spec;

namespace Gantry.Engine.Bundles;

/// <summary>
/// Turns a profile in Docker's format, whose rules depend on capabilities, architecture and kernel, into the runtime
/// specification's <c>linux.seccomp</c> (config-linux.md, "Seccomp").
/// </summary>
internal static class SeccompProfile
{
    private static readonly Lock Gate = new();
    private static (string Key, byte[] Rendered) last;

    private static string Architecture => RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    private static string KernelArchitecture => Architecture == "arm64" ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64";

    /// <summary>The default profile for a set of capabilities. The last one made is kept: nearly all containers ask for the same.</summary>
    public static byte[] Default(IReadOnlyList<string> capabilities)
    {
        var key = string.Join(',', capabilities);
        lock (Gate)
        {
            if (last.Key != key)
            {
                using var stream = typeof(SeccompProfile).Assembly.GetManifestResourceStream("default-seccomp.json")!;
                using var profile = JsonDocument.Parse(stream);
                last = (key, Render(profile.RootElement, capabilities));
            }

            return last.Rendered;
        }
    }

    /// <summary>A profile of the user's, as the client sent it.</summary>
    public static byte[] Custom(string json, IReadOnlyList<string> capabilities)
    {
        try
        {
            using var profile = JsonDocument.Parse(json);
            return Render(profile.RootElement, capabilities);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidArgumentException($"Decoding seccomp profile failed: {e.Message}", e);
        }
    }

    private static byte[] Render(JsonElement profile, IReadOnlyList<string> capabilities)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(16 * 1024);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("defaultAction", profile.GetProperty("defaultAction").GetString());
            foreach (var name in (ReadOnlySpan<string>)["defaultErrnoRet", "listenerPath", "listenerMetadata", "flags"])
            {
                if (profile.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }
            }

            WriteArchitectures(writer, profile);
            writer.WriteStartArray("syscalls");
            if (profile.TryGetProperty("syscalls", out var rules) && rules.ValueKind == JsonValueKind.Array)
            {
                foreach (var rule in rules.EnumerateArray())
                {
                    if (Applies(rule, capabilities))
                    {
                        WriteRule(writer, rule);
                    }
                }
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteArchitectures(Utf8JsonWriter writer, JsonElement profile)
    {
        writer.WriteStartArray("architectures");
        if (profile.TryGetProperty("archMap", out var map) && map.ValueKind == JsonValueKind.Array)
        {
            foreach (var entry in map.EnumerateArray())
            {
                if (entry.GetProperty("architecture").GetString() == KernelArchitecture)
                {
                    writer.WriteStringValue(KernelArchitecture);
                    foreach (var other in Items(entry, "subArchitectures"))
                    {
                        writer.WriteStringValue(other);
                    }
                }
            }
        }
        else
        {
            foreach (var architecture in Items(profile, "architectures"))
            {
                writer.WriteStringValue(architecture);
            }
        }

        writer.WriteEndArray();
    }

    private static bool Applies(JsonElement rule, IReadOnlyList<string> capabilities)
    {
        if (rule.TryGetProperty("includes", out var includes) && includes.ValueKind == JsonValueKind.Object)
        {
            if ((Items(includes, "arches") is [_, ..] wanted && !wanted.Contains(Architecture))
                || Items(includes, "caps").Any(name => !capabilities.Contains(name))
                || (includes.TryGetProperty("minKernel", out var least) && KernelVersion() < Version.Parse(least.GetString()!)))
            {
                return false;
            }
        }

        return !rule.TryGetProperty("excludes", out var excludes) || excludes.ValueKind != JsonValueKind.Object
            || !(Items(excludes, "arches").Contains(Architecture)
                || Items(excludes, "caps").Any(capabilities.Contains)
                || (excludes.TryGetProperty("minKernel", out var limit) && KernelVersion() >= Version.Parse(limit.GetString()!)));
    }

    private static void WriteRule(Utf8JsonWriter writer, JsonElement rule)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("names");
        foreach (var name in rule.TryGetProperty("name", out var single) && single.GetString() is { Length: > 0 } one ? [one] : Items(rule, "names"))
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        writer.WriteString("action", rule.GetProperty("action").GetString());
        foreach (var name in (ReadOnlySpan<string>)["errnoRet", "args"])
        {
            if (rule.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static Version KernelVersion()
    {
        var version = Environment.OSVersion.Version;
        return new(version.Major, version.Minor);
    }

    private static string[] Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : [];
}
