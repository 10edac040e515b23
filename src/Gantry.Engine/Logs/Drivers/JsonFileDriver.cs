using Gantry.Spec;

namespace Gantry.Engine.Logs.Drivers;

internal sealed class JsonFileDriver : LogDriver
{
    public const string DriverName = "json-file";

    // Docker has no limit and one file; a container then fills the disk.
    private const long DefaultSize = 10_000_000;
    private const int DefaultFiles = 3;

    public override string Name => DriverName;

    public override IReadOnlyList<string> Options { get; } = ["max-size", "max-file", "compress"];

    public override LogFilePlan? File(EnginePaths paths, string id, DriverOptions options) =>
        new(paths.Log(id), LogFormat.Json, MaxSize(options), MaxFiles(options), options.Flag("compress"));

    protected override void CheckValues(DriverOptions options)
    {
        var (size, files) = (MaxSize(options), MaxFiles(options));
        if (options.Flag("compress") && (size < 0 || files < 2))
        {
            throw new InvalidArgumentException("compress cannot be true when max-file is less than 2 or max-size is not set");
        }
    }

    // -1 is no limit.
    private static long MaxSize(DriverOptions options) => options.Text("max-size") == "-1" ? -1 : options.FileSize("max-size", DefaultSize);

    private static int MaxFiles(DriverOptions options) => (int)options.Number("max-file", DefaultFiles, 1, int.MaxValue);
}
