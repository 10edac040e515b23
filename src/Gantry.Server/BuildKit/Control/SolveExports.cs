using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec;

namespace Gantry.Server.BuildKit.Control;

/// <summary>What is made of a build's result: an image in this daemon's store, so far.</summary>
internal static class SolveExports
{
    private static readonly string[] Images = ["moby", "image", "docker"];

    /// <summary>The names that the image gets.</summary>
    public static IReadOnlyList<ImageReference> Tags(IReadOnlyList<SolveExport> exports)
    {
        if (exports.FirstOrDefault(export => !Images.Contains(export.Type)) is { } other)
        {
            throw new GrpcException(GrpcCode.Unimplemented, $"gantry does not support the output type={other.Type} yet");
        }

        return [.. exports.SelectMany(export => Names(export)).Select(Parse).Distinct()];
    }

    public static ProtoWriter Response(IReadOnlyList<SolveExport> exports, string image)
    {
        var answer = new Dictionary<string, string>();
        if (exports.Count > 0)
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

    private static string[] Names(SolveExport export) =>
        export.Attributes.GetValueOrDefault("name")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static ImageReference Parse(string text)
    {
        var reference = ImageReference.Parse(text);
        return reference.Digest is null ? reference.WithDefaultTag() : throw new InvalidArgumentException($"build tag {text} cannot contain a digest");
    }
}
