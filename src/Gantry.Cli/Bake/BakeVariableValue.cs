using System.Text.Json;
using Gantry.Cli.Hcl;
using Gantry.Cli.Hcl.Expressions;
using Gantry.Cli.Hcl.Functions;
using Gantry.Cli.Hcl.Syntax;
using Gantry.Cli.Run;
using Gantry.Spec;

namespace Gantry.Cli.Bake;

/// <summary>What a variable is worth: what the process gives it, or its default.</summary>
internal static class BakeVariableValue
{
    /// <param name="block">Declares it.</param>
    /// <param name="scope">What its default is computed in.</param>
    /// <param name="note">Gets the value, which the conditions of its validation may ask for.</param>
    /// <exception cref="HclException">The value is not of the variable's type, or not valid.</exception>
    public static HclValue Of(HclBlock block, BakeScope scope, BakeInputs inputs, Action<HclValue> note)
    {
        var name = block.Labels[0];
        var type = TypeOf(block);
        HclValue value;
        try
        {
            value = type is null ? Untyped(name, block, scope, inputs) : Typed(name, type, block, scope, inputs);
        }
        catch (FormatException e)
        {
            throw new HclException(block.Place, $"the variable {name}: {e.Message}");
        }

        note(value);
        foreach (var validation in block.Body.Blocks.Where(inner => inner.Type == "validation")) Verify(name, validation, scope);
        return value;
    }

    public static HclType? TypeOf(HclBlock block) => block.Body.Find("type")?.Expression switch
    {
        null => null,
        TemplateExpression { Parts: [LiteralExpression { Value: var text }] } written when text.TryText(out var type) && block.Place.File.EndsWith(".json", StringComparison.Ordinal) => HclType.Read(HclParser.ParseExpression(written.Place, type)),
        var expression => HclType.Read(expression),
    };

    private static HclValue Typed(string name, HclType type, HclBlock block, BakeScope scope, BakeInputs inputs)
    {
        var isJsonAnother = scope.BlocksOf("variable").Any(other => other.Labels[0] == name + "_JSON");
        try
        {
            if (!isJsonAnother && inputs.ValueOf(name + "_JSON") is { } json) return type.Convert(HclJsonText.Parse(json));
        }
        catch (JsonException)
        {
            throw new FormatException($"the value of {name}_JSON is not JSON");
        }

        return inputs.ValueOf(name) is { } given ? Read(type, given) : type.Convert(block.Body.Find("default")?.Expression.Evaluate(scope) ?? HclValue.Null);
    }

    // Lists are written as CSV, objects as CSV of key:value.
    private static HclValue Read(HclType type, string text) => type switch
    {
        { Name: "bool" } => Boolean(text),
        { IsList: true } => type.Convert(HclValue.Of(Csv.Split(text).Select(HclValue.Of))),
        { IsMap: true } => type.Convert(HclValue.Of(Csv.Split(text).Select(field => field.Split(':', 2) is [var key, var value] ? KeyValuePair.Create(key, HclValue.Of(value)) : throw new FormatException($"{field} is not key:value")))),
        _ => type.Convert(HclValue.Of(text)),
    };

    private static HclValue Untyped(string name, HclBlock block, BakeScope scope, BakeInputs inputs)
    {
        var otherwise = block.Body.Find("default")?.Expression.Evaluate(scope) ?? HclValue.Of("");
        if (inputs.ValueOf(name) is not { } given) return otherwise;
        return otherwise.Kind switch
        {
            HclKind.Number => HclValue.Of(given).TryNumber(out var number) ? HclValue.Of(number) : throw new FormatException($"{given} is no number"),
            HclKind.Boolean => Boolean(given),
            HclKind.List or HclKind.Map => throw new FormatException($"{otherwise.Name} can be given from outside only where the variable has a type, as in type = list(string)"),
            _ => HclValue.Of(given),
        };
    }

    private static HclValue Boolean(string text) => GoBoolean.TryParse(text, out var flag) ? HclValue.Of(flag) : throw new FormatException($"{text} is neither true nor false");

    private static void Verify(string name, HclBlock validation, BakeScope scope)
    {
        var condition = validation.Body.Find("condition")?.Expression ?? throw new HclException(validation.Place, $"the validation of the variable {name} needs a condition");
        if (condition.Evaluate(scope).TryBoolean(out var isValid) && isValid) return;
        var message = validation.Body.Find("error_message")?.Expression.Evaluate(scope);
        throw new HclException(condition.Place, message is not null && message.TryText(out var text) ? text : $"the value of the variable {name} is not valid");
    }
}
