using Gantry.Images;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec.Image;

namespace Gantry.Server.BuildKit.History;

/// <summary>What is said of a result: an attestation of a <c>BuildResultInfo</c>.</summary>
/// <param name="Platform">Which of several results it is about; empty where there is one.</param>
internal sealed record HistoryStatement(string Platform, HistoryBlob Blob)
{
    private const int Attestations = 2;

    public static IReadOnlyDictionary<string, string> Annotations(Statement statement) => new Dictionary<string, string> { [Attestation.PredicateAnnotation] = statement.PredicateType };

    /// <summary>The <c>BuildResultInfo</c> of one result.</summary>
    public ProtoWriter Message() => new ProtoWriter().Message(Attestations, Blob.Message());

    /// <summary>As <see cref="Message"/>, under its platform.</summary>
    public ProtoWriter Entry() => new ProtoWriter().Text(1, Platform).Message(2, Message());

    public static HistoryStatement? Parse(ReadOnlySpan<byte> result, string platform)
    {
        var reader = new ProtoReader(result);
        while (reader.Next())
        {
            if (reader.Field == Attestations)
            {
                return HistoryBlob.Parse(reader.Bytes()) is { } blob ? new(platform, blob) : null;
            }

            reader.Skip();
        }

        return null;
    }

    public static HistoryStatement? ParseEntry(ReadOnlySpan<byte> entry)
    {
        var platform = "";
        var result = default(ReadOnlySpan<byte>);
        var reader = new ProtoReader(entry);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    platform = reader.Text();
                    break;
                case 2:
                    result = reader.Bytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return Parse(result, platform);
    }
}
