using Gantry.Server.BuildKit.Wire;
using Gantry.Spec;

namespace Gantry.Server.BuildKit.Control;

/// <summary>
/// What was built, as a client that is a frontend gives it on: into the next build, as a context of that. BuildKit describes it by its
/// steps (<c>pb.Definition</c> of its solver); here it is one, which says where it is.
/// </summary>
internal static class BuiltDefinition
{
    /// <summary>Begins the address of what was made for another build alone.</summary>
    public const string OfSolve = "gantry-solve://";

    /// <param name="address"><c>gantry-solve://</c> with the ref of a build and the platform.</param>
    public static ProtoWriter Of(string address)
    {
        var source = new ProtoWriter().Message(3, new ProtoWriter().Text(1, address)).Written;
        var digest = Digest.Sha256(source.Span).ToString();
        var end = new ProtoWriter().Message(1, new ProtoWriter().Text(1, digest)).Written;
        return new ProtoWriter().Bytes(1, source.Span).Bytes(1, end.Span).Message(2, new ProtoWriter().Text(1, digest).Message(2, new()));
    }

    /// <summary>The address; null for steps of the client's own.</summary>
    public static string? AddressOf(ReadOnlySpan<byte> definition)
    {
        var reader = new ProtoReader(definition);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
            }
            else if (SourceOf(reader.Bytes()) is { } address && address.StartsWith(OfSolve, StringComparison.Ordinal))
            {
                return address;
            }
        }

        return null;
    }

    private static string? SourceOf(ReadOnlySpan<byte> step)
    {
        var reader = new ProtoReader(step);
        while (reader.Next())
        {
            if (reader.Field == 3)
            {
                var source = new ProtoReader(reader.Bytes());
                return source.Next() && source.Field == 1 ? source.Text() : null;
            }

            reader.Skip();
        }

        return null;
    }
}
