using Gantry.Cli.CommandLine;
using Gantry.Spec;

namespace Gantry.Cli.Bake;

/// <summary>What the options of bake make of the targets.</summary>
internal static class BakeOptions
{
    /// <exception cref="BakeException">An option is wrong, or there is no target of a name.</exception>
    public static BakeSelection Select(Invocation call, BakeDefinition definition, BakeInputs inputs) =>
        BakeSelection.Of(definition, call.Arguments, [.. Overrides(call, inputs)], target => Finished(call, target));

    private static IEnumerable<BakeOverride> Overrides(Invocation call, BakeInputs inputs)
    {
        foreach (var text in call.List("set"))
        {
            if (BakeOverride.Parse(text, inputs.Environment) is { } change) yield return change;
        }

        foreach (var name in (string[])["no-cache", "pull"])
        {
            if (call.Has(name)) yield return new("*", name, "", IsAdded: false, call.Text(name));
        }

        foreach (var type in (string[])["sbom", "provenance"])
        {
            if (call.Has(type)) yield return new("*", "attest", "", IsAdded: true, $"type={type},{AttestationOf(call.Text(type))}");
        }
    }

    // true, false, or more fields.
    private static string AttestationOf(string text) => GoBoolean.TryParse(text, out var isWanted) ? isWanted ? "disabled=false" : "disabled=true" : text;

    private static BakeTarget Finished(Invocation call, BakeTarget target)
    {
        if (call.Flag("load")) target = BakeOutputs.Load(target);
        if (call.Flag("push")) target = BakeOutputs.Push(target);
        return call.Flag("check") ? target with { Call = "lint" } : call.Has("call") ? target with { Call = call.Text("call") is "check" ? "lint" : call.Text("call") } : target;
    }
}
