using System.Globalization;
using System.Text;
using Gantry.Build;
using Gantry.Build.Calls;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.Control;

/// <summary>What became of a solve: an image, or the answer to a question.</summary>
internal sealed record SolveResult(BuildOutcome Outcome)
{
    private readonly List<KeyValuePair<string, byte[]>> metadata = [];

    public static SolveResult Of(CallResult answer)
    {
        var result = new SolveResult(new BuildOutcome());
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
            result.Message(3, new ProtoWriter().Text(1, Outcome.Id));
        }

        foreach (var (key, value) in metadata)
        {
            result.Message(10, new ProtoWriter().Text(1, key).Bytes(2, value));
        }

        return new ProtoWriter().Message(3, result);
    }
}
