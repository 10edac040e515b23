using Gantry.Build;
using Gantry.Build.Outputs;
using Gantry.Build.Solving;
using Gantry.Server.Building;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Session;

namespace Gantry.Server.BuildKit.Control;

/// <summary>What is made of a build's result: an image in this daemon's store, or files of the client's.</summary>
internal static class SolveExports
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <param name="exports">In the order of the client, which takes what is for it by its place.</param>
    public static IReadOnlyList<BuildOutput> Outputs(IReadOnlyList<SolveExport> exports, BuildSession session, TimeProvider time) =>
        [.. exports.Index().Where(export => !export.Item.Options.IsNothing).Select(export => Output(export.Index, export.Item.Options.Verify(), session, time))];

    public static IReadOnlyDictionary<string, string> Answer(IReadOnlyList<SolveExport> exports, BuildOutcome outcome)
    {
        var answer = new Dictionary<string, string>();
        if (outcome.Id.Length > 0)
        {
            // Of an image of Docker's own store the id stands for both.
            answer["containerimage.digest"] = exports.Any(export => export.Type == "moby") ? outcome.Id : outcome.Target;
            answer["containerimage.config.digest"] = outcome.Id;
            if (exports.SelectMany(export => export.Options.Names).Distinct().ToList() is { Count: > 0 } names)
            {
                answer["image.name"] = string.Join(',', names);
            }
        }

        return answer;
    }

    private static BuildOutput Output(int index, OutputOptions options, BuildSession session, TimeProvider time) => options.Type switch
    {
        "local" => new TreeOutput("exporting to client directory", (trees, report, cancellationToken) => trees.Count == 1
            ? ShowAsync(report, time, "copying files", progress => FileSend.SendFilesAsync(session, index, trees[0].Tree, progress, cancellationToken))
            : throw new GrpcException(GrpcCode.Unimplemented, "gantry does not send the files of several platforms to buildx: use the output type=tar, or build with gantry")),
        "tar" => new TreeOutput("exporting to client tarball", (trees, report, cancellationToken) => ShowAsync(
            report, time, "sending tarball", progress => FileSend.SendArchiveAsync(session, index, (stream, token) => TreeTar.WriteAsync(trees, stream, token), progress, cancellationToken))),
        // Without a file of the client's, an image in docker's form is one of this daemon's.
        "oci" or "docker" when options.Type == "oci" || session.Supports(FileSend.Method) && options.Attributes.ContainsKey("dest") => new ArchiveOutput(options.Kind, options.Names, (write, report, cancellationToken) => ShowAsync(
            report, time, "sending tarball", progress => FileSend.SendArchiveAsync(session, index, write, progress, cancellationToken))) { Compressed = options.Compresses },
        // A client of the docker driver pushes itself.
        _ => new ImageOutput(options.Names, options.Pushes && options.Type != "moby"),
    };

    private static async Task ShowAsync(StepReport report, TimeProvider time, string name, Func<Action<long>, Task> send)
    {
        var (started, told, total) = (time.GetUtcNow(), DateTimeOffset.MinValue, 0L);
        await send(bytes =>
        {
            total = bytes;
            if (time.GetUtcNow() - told > Pace)
            {
                told = time.GetUtcNow();
                report.Part(name, bytes, 0, started, done: false);
            }
        }).ConfigureAwait(false);
        report.Part(name, total, 0, started, done: true);
    }
}
