namespace Gantry.Engine.Logs.Drivers;

/// <summary>The file beside a log that goes elsewhere, in the format of <c>local</c>.</summary>
internal static class LogCache
{
    public static IReadOnlyList<string> Options { get; } = ["cache-disabled", "cache-max-size", "cache-max-file", "cache-compress"];

    public static void Check(DriverOptions options)
    {
        _ = options.Flag("cache-disabled");
        LocalDriver.CheckFile(options, "cache-");
    }

    /// <summary>Null where there shall be none.</summary>
    public static LogFilePlan? Of(EnginePaths paths, string id, DriverOptions options) => options.Flag("cache-disabled")
        ? null
        : LocalDriver.FileOf(paths.CachedLog(id), options, "cache-");
}
