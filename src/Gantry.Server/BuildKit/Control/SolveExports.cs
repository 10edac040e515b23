using Gantry.Build;
using Gantry.Build.Solving;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Session;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec;

namespace Gantry.Server.BuildKit.Control;

/// <summary>What is made of a build's result: an image in this daemon's store, or files of the client's.</summary>
internal static class SolveExports
{
    private const string Directory = "local";
    private const string Archive = "tar";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Images = ["moby", "image", "docker"];

    /// <summary>The names that the image gets.</summary>
    public static IReadOnlyList<ImageReference> Tags(IReadOnlyList<SolveExport> exports) =>
        [.. exports.Where(export => Images.Contains(export.Type)).SelectMany(export => Names(export)).Select(Parse).Distinct()];

    /// <summary>Where the files go; null where an image is made.</summary>
    public static TreeOutput? Output(IReadOnlyList<SolveExport> exports, BuildSession session, TimeProvider time)
    {
        if (exports.FirstOrDefault(export => !Images.Contains(export.Type) && export.Type is not (Directory or Archive)) is { } other)
        {
            throw new GrpcException(GrpcCode.Unimplemented, $"gantry does not support the output type={other.Type} yet");
        }

        if (exports.Count > 1 && exports.Any(export => export.Type is Directory or Archive))
        {
            throw new GrpcException(GrpcCode.Unimplemented, "gantry does not support several outputs of one build yet");
        }

        return (exports is [var first, ..] ? first.Type : "") switch
        {
            // Only what is cached of it stays.
            "" => new("keeping the result in the build cache", (_, _, _) => Task.CompletedTask),
            Directory => new("exporting to client directory", (tree, report, cancellationToken) => ShowAsync(
                report, time, "copying files", progress => FileSend.SendFilesAsync(session, 0, tree, progress, cancellationToken))),
            Archive => new("exporting to client tarball", (tree, report, cancellationToken) => ShowAsync(
                report, time, "sending tarball", progress => FileSend.SendArchiveAsync(session, 0, tree, progress, cancellationToken))),
            _ => null,
        };
    }

    public static ProtoWriter Response(IReadOnlyList<SolveExport> exports, string image)
    {
        var answer = new Dictionary<string, string>();
        if (exports.Count > 0 && image.Length > 0)
        {
            answer["containerimage.digest"] = image;
            answer["containerimage.config.digest"] = image;
            if (Tags(exports) is { Count: > 0 } tags)
            {
                answer["image.name"] = string.Join(',', tags);
            }
        }

        return new ProtoWriter().Pairs(1, answer);
    }

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

    private static string[] Names(SolveExport export) =>
        export.Attributes.GetValueOrDefault("name")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static ImageReference Parse(string text)
    {
        var reference = ImageReference.Parse(text);
        return reference.Digest is null ? reference.WithDefaultTag() : throw new InvalidArgumentException($"build tag {text} cannot contain a digest");
    }
}
