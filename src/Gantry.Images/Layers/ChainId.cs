using System.Text;
using Gantry.Spec;

namespace Gantry.Images.Layers;

/// <summary>The identity of a stack of layers (OCI config.md, "Layer ChainID").</summary>
public static class ChainId
{
    public static IReadOnlyList<Digest> Of(IReadOnlyList<Digest> diffIds)
    {
        var chain = new Digest[diffIds.Count];
        for (var i = 0; i < chain.Length; i++)
        {
            chain[i] = i == 0 ? diffIds[0] : Next(chain[i - 1], diffIds[i]);
        }

        return chain;
    }

    /// <summary>Of one more layer on a stack.</summary>
    public static Digest Next(Digest beneath, Digest diffId) => Digest.Sha256(Encoding.ASCII.GetBytes($"{beneath} {diffId}"));
}
