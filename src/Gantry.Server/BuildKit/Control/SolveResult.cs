using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Build;
using Gantry.Build.Calls;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec.Image;

namespace Gantry.Server.BuildKit.Control;

/// <summary>What became of a solve: an image, or the answer to a question.</summary>
/// <param name="Address">Where another build finds it; null where there is nothing to find.</param>
internal sealed record SolveResult(BuildOutcome Outcome, string? Address)
{
    private readonly List<KeyValuePair<string, byte[]>> metadata = [];

    public static SolveResult Of(CallResult answer)
    {
        var result = new SolveResult(new BuildOutcome(), null);
        result.metadata.AddRange([new("result.json", answer.Json), new("result.txt", Encoding.UTF8.GetBytes(answer.Text)), new("version", Encoding.UTF8.GetBytes(CallResult.Version))]);
        if (answer.Status is { } status)
        {
            result.metadata.Add(new("result.statuscode", Encoding.UTF8.GetBytes(status.ToString(CultureInfo.InvariantCulture))));
        }

        return result;
    }

    /// <summary>The <c>SolveResponse</c> of the bridge. An answer has no reference to anything that was built.</summary>
    public ProtoWriter Response()
    {
        var result = new ProtoWriter();
        if (metadata.Count == 0)
        {
            var reference = new ProtoWriter().Text(1, Address ?? Outcome.Id);
            result.Message(3, Address is null ? reference : reference.Message(2, BuiltDefinition.Of(Address)));
        }

        if (Outcome.Configuration is { } configuration)
        {
            result.Message(10, new ProtoWriter().Text(1, "containerimage.config").Bytes(2, JsonSerializer.SerializeToUtf8Bytes(configuration, ImageJson.Canonical.ImageConfiguration)));
        }

        foreach (var (key, value) in metadata)
        {
            result.Message(10, new ProtoWriter().Text(1, key).Bytes(2, value));
        }

        return new ProtoWriter().Message(3, result);
    }
}
