using Gantry.Server.BuildKit.Wire;
using Gantry.Spec;

namespace Gantry.Server.BuildKit.History;

/// <summary>What belongs to a record and is read by itself.</summary>
internal sealed record HistoryBlob(string MediaType, Digest Digest, long Size)
{
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    public ProtoWriter Message() => new ProtoWriter().Text(1, MediaType).Text(2, Digest.ToString()).Integer(3, Size).Pairs(5, Annotations);

    public static HistoryBlob? Parse(ReadOnlySpan<byte> message)
    {
        var (type, digest, size) = ("", default(Digest), 0L);
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    type = reader.Text();
                    break;
                case 2:
                    _ = Digest.TryParse(reader.Text(), out digest);
                    break;
                case 3:
                    size = reader.Integer();
                    break;
                case 5:
                    var (key, value) = reader.Pair();
                    annotations[key] = value;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return digest.IsEmpty ? null : new(type, digest, size) { Annotations = annotations };
    }
}
