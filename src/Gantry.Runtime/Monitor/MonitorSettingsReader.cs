using Gantry.Runtime.Monitor.Logs;
using Gantry.Runtime.Monitor.Runtimes;
using Gantry.Spec.Runtime.Reading;

namespace Gantry.Runtime.Monitor;

/// <summary>Reads monitor.json without the serializer's tables, as config.json is read: a monitor starts with each container.</summary>
internal static class MonitorSettingsReader
{
    /// <exception cref="Spec.InvalidArgumentException">It is not JSON, or a field is not of its kind or missing; the message names it.</exception>
    public static MonitorSettings Read(byte[] source, string file)
    {
        var reader = new SpecReader(source, file);
        reader.Begin();
        var settings = new MonitorSettings { Id = string.Empty, ExitPath = string.Empty };
        while (reader.NextProperty())
        {
            settings = ReadProperty(ref reader, settings);
        }

        reader.End();
        return settings.Id.Length == 0 ? throw reader.Missing("id") : settings.ExitPath.Length == 0 ? throw reader.Missing("exitPath") : settings;
    }

    private static MonitorSettings ReadProperty(ref SpecReader reader, MonitorSettings settings)
    {
        switch (reader.Name())
        {
            case "id":
                return settings with { Id = reader.String() ?? string.Empty };
            case "logDriver":
                return settings with { LogDriver = reader.String() ?? settings.LogDriver };
            case "logPath":
                return settings with { LogPath = reader.String() };
            case "logMaxSize":
                return settings with { LogMaxSize = reader.Int64() ?? settings.LogMaxSize };
            case "logMaxFiles":
                return settings with { LogMaxFiles = reader.Int32() ?? settings.LogMaxFiles };
            case "logCompress":
                return settings with { LogCompress = reader.Bool() ?? false };
            case "logLabels":
                return settings with { LogLabels = reader.Map() };
            case "logReceiver":
                return settings with { LogReceiver = LogReceiverReader.Read(ref reader) };
            case "exitPath":
                return settings with { ExitPath = reader.String() ?? string.Empty };
            case "removedAtExit":
                return settings with { RemovedAtExit = reader.Bool() ?? false };
            case "tty":
                return settings with { Tty = reader.Bool() ?? false };
            case "openStdin":
                return settings with { OpenStdin = reader.Bool() ?? false };
            case "stdinOnce":
                return settings with { StdinOnce = reader.Bool() ?? false };
            case "consoleSize":
                return settings with { ConsoleSize = reader.Numbers()?.ConvertAll(n => (int)n) };
            case "seccompCache":
                return settings with { SeccompCache = reader.String() };
            case "cgroupsPath":
                return settings with { CgroupsPath = reader.String() };
            case "runtime":
                return settings with { Runtime = OciRuntimeReader.Read(ref reader) };
            default:
                reader.Skip();
                return settings;
        }
    }
}
