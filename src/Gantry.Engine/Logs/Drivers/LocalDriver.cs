using Gantry.Spec;

namespace Gantry.Engine.Logs.Drivers;

internal sealed class LocalDriver : LogDriver
{
    private const long DefaultSize = 20_000_000;
    private const int DefaultFiles = 5;

    public override string Name => "local";

    public override IReadOnlyList<string> Options { get; } = ["max-size", "max-file", "compress"];

    /// <param name="options">Of the container.</param>
    /// <param name="prefix">Before the names of those that are meant.</param>
    public static void CheckFile(DriverOptions options, string prefix)
    {
        var file = FileOf("", options, prefix);
        if (file is { Compress: true, MaxFiles: 1 })
        {
            throw new InvalidArgumentException($"compression cannot be enabled when max file count is 1: {prefix}compress=false is needed with {prefix}max-file=1");
        }
    }

    /// <inheritdoc cref="CheckFile"/>
    public static LogFilePlan FileOf(string path, DriverOptions options, string prefix) => new(
        path,
        LogFormat.Local,
        options.FileSize(prefix + "max-size", DefaultSize),
        (int)options.Number(prefix + "max-file", DefaultFiles, 1, int.MaxValue),
        options.Flag(prefix + "compress", otherwise: true));

    public override LogFilePlan? File(EnginePaths paths, string id, DriverOptions options) =>
        FileOf(paths.LocalLog(id), options, "");

    protected override void CheckValues(DriverOptions options) => CheckFile(options, "");

    protected override string DescribeUnknown(string option) => $"unknown log opt '{option}' for log driver {Name}";
}
