using System.Globalization;

namespace Gantry.Engine.Machine;

/// <summary>The attributes of the event that says which options count now.</summary>
internal static class Reconfiguration
{
    public static Dictionary<string, string> Describe(EngineOptions options) => new(StringComparer.Ordinal)
    {
        ["default-ipc-mode"] = options.Containers.IpcMode,
        ["default-runtime"] = options.Runtimes.Default,
        ["default-shm-size"] = Number(options.Containers.ShmSize),
        ["insecure-registries"] = List(options.InsecureRegistries),
        ["labels"] = List(options.Labels),
        ["live-restore"] = options.LiveRestore ? "true" : "false",
        ["max-concurrent-downloads"] = Number(options.MaxConcurrentDownloads),
        ["max-concurrent-uploads"] = Number(options.MaxConcurrentUploads),
        ["max-download-attempts"] = Number(options.MaxDownloadAttempts),
        ["name"] = Environment.MachineName,
        ["registry-mirrors"] = List(options.RegistryMirrors),
        ["runtimes"] = string.Join(' ', options.Runtimes.Named.Select(runtime => $"{runtime.Key}:{runtime.Value.Path}")),
    };

    private static string List(IReadOnlyList<string> items) => $"[{string.Join(',', items.Select(item => $"\"{item}\""))}]";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
