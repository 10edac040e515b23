using System.Text;
using System.Text.Json;
using Gantry.Build;
using Gantry.Build.Outputs;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Server.Building;
using Gantry.Server.BuildKit.Session;
using Gantry.Spec.Image;

namespace Gantry.Server.BuildKit.Control;

/// <summary>What is made of a build's result: an image in this daemon's store, or files of the client's.</summary>
internal static class SolveExports
{
    private const string LayoutName = "export";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <param name="exports">In the order of the client, which takes what is for it by its place.</param>
    public static IReadOnlyList<BuildOutput> Outputs(IReadOnlyList<SolveExport> exports, BuildSession session, TimeProvider time) =>
        [.. exports.Index().Where(export => !export.Item.Options.IsNothing).Select(export => Output(export.Index, export.Item.Options.Verify(), session, time))];

    public static IReadOnlyDictionary<string, string> Answer(IReadOnlyList<SolveExport> exports, BuildOutcome outcome)
    {
        var answer = new Dictionary<string, string>();
        if (outcome.Target is { } target)
        {
            answer["containerimage.digest"] = target.Digest.ToString();
            if (!MediaTypes.IsIndex(target.MediaType))
            {
                answer["containerimage.config.digest"] = outcome.Id;
                if (outcome.Image.Length > 0 && !exports.Any(export => export.Options.Pushes))
                {
                    // Of what only this daemon has the id that it shows: Compose compares it with that of a container's image.
                    answer["containerimage.digest"] = outcome.Image;
                }
            }

            answer["containerimage.descriptor"] = Convert.ToBase64String(Encode(target));
            if (exports.SelectMany(export => export.Options.Names).Distinct().ToList() is { Count: > 0 } names)
            {
                answer["image.name"] = string.Join(',', names);
            }
        }

        if (outcome.Cache is { } cache)
        {
            answer["cache.manifest"] = Encoding.UTF8.GetString(Encode(cache));
        }

        return answer;
    }

    private static byte[] Encode(Descriptor descriptor) => JsonSerializer.SerializeToUtf8Bytes(descriptor, ImageJson.Canonical.Descriptor);

    private static BuildOutput Output(int index, OutputOptions options, BuildSession session, TimeProvider time) => options.Type switch
    {
        "local" => options.Tree((trees, report, cancellationToken) => ShowAsync(
            report, time, "copying files", progress => FileSend.SendFilesAsync(session, index, JoinedTree.Of(trees), progress, cancellationToken))),
        "tar" => options.Tree((trees, report, cancellationToken) => ShowAsync(
            report, time, "sending tarball", progress => FileSend.SendArchiveAsync(session, index, (stream, token) => TreeTar.WriteAsync(trees, stream, token), progress, cancellationToken))),
        "oci" or "docker" when options.IsLayout => options.Layout(options.Names, new SessionLayout(session, LayoutName)),
        "oci" or "docker" when options.Type == "oci" || session.Supports(FileSend.Method) => options.Archive(options.Names, (write, report, cancellationToken) => ShowAsync(
            report, time, "sending tarball", progress => FileSend.SendArchiveAsync(session, index, write, progress, cancellationToken))),
        // Older clients, as buildx 0.13, push once more.
        _ => options.Image(options.Names),
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
