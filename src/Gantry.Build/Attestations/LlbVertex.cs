using System.Text.Json.Nodes;

namespace Gantry.Build.Attestations;

/// <summary>One operation of a build in the words of LLB (<c>pb.Op</c> of BuildKit's solver).</summary>
/// <param name="Id">In its definition: <c>step0</c>.</param>
/// <param name="Op">Its kind with what it does; empty for the end, which only names the result.</param>
/// <param name="Inputs">Those whose result it takes.</param>
/// <param name="Lines">The instruction it is of; null for none.</param>
internal sealed record LlbVertex(string Id, JsonObject Op, IReadOnlyList<LlbVertex> Inputs, LineRange? Lines)
{
    /// <summary>Its result, as others name it.</summary>
    public string Output => Id + ":0";
}
