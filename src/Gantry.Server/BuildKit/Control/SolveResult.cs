using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Build;
using Gantry.Build.Calls;
using Gantry.Build.Outputs;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec.Image;

namespace Gantry.Server.BuildKit.Control;

/// <summary>What became of a solve: a build, or the answer to a question.</summary>
internal sealed class SolveResult
{
    private const string Configuration = "containerimage.config";
    private readonly List<KeyValuePair<string, byte[]>> metadata = [];
    private readonly Func<HeldBuild, string>? address;

    private SolveResult(BuildOutcome outcome, Func<HeldBuild, string>? address) => (Outcome, this.address) = (outcome, address);

    public BuildOutcome Outcome { get; }

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

    /// <param name="outcome">What was made.</param>
    /// <param name="address">Where another build finds it.</param>
    public static SolveResult Of(BuildOutcome outcome, Func<HeldBuild, string> address)
    {
        var result = new SolveResult(outcome, address);
        foreach (var build in outcome.Held)
        {
            var key = outcome.Held.Count == 1 ? Configuration : $"{Configuration}/{build.Platform}";
            result.metadata.Add(new(key, JsonSerializer.SerializeToUtf8Bytes(build.Configuration, ImageJson.Canonical.ImageConfiguration)));
        }

        return result;
    }

    /// <summary>The <c>SolveResponse</c> of the bridge. An answer has no reference to anything that was built.</summary>
    public ProtoWriter Response()
    {
        var result = new ProtoWriter();
        switch (Outcome.Held)
        {
            case [] when address is not null:
                result.Message(3, new ProtoWriter().Text(1, Outcome.Id));
                break;
            case [var only]:
                result.Message(3, Reference(only));
                break;
            case { Count: > 1 } several:
                var references = new ProtoWriter();
                foreach (var build in several)
                {
                    references.Message(1, new ProtoWriter().Text(1, build.Platform.ToString()).Message(2, Reference(build)));
                }

                result.Message(4, references);
                break;
        }

        foreach (var (key, value) in metadata)
        {
            result.Message(10, new ProtoWriter().Text(1, key).Bytes(2, value));
        }

        return new ProtoWriter().Message(3, result);
    }

    /// <summary>As above, of what was fetched.</summary>
    /// <param name="definition">The client's own steps, which it gives on where it builds from this.</param>
    public static ProtoWriter Response(string place, ReadOnlySpan<byte> definition) =>
        new ProtoWriter().Message(3, new ProtoWriter().Message(3, new ProtoWriter().Text(1, place).Bytes(2, definition)));

    private ProtoWriter Reference(HeldBuild build)
    {
        var place = address!(build);
        return new ProtoWriter().Text(1, place).Message(2, BuiltDefinition.Of(place));
    }
}
