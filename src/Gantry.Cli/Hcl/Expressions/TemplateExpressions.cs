using System.Text;

namespace Gantry.Cli.Hcl.Expressions;

/// <summary>Text with expressions in it. One expression alone keeps its kind.</summary>
internal sealed class TemplateExpression(HclPlace place, IReadOnlyList<HclExpression> parts) : HclExpression(place)
{
    public IReadOnlyList<HclExpression> Parts => parts;

    public override HclValue Evaluate(HclScope scope)
    {
        if (parts is [var only]) return only.Evaluate(scope);
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            var value = part.Evaluate(scope);
            text.Append(value.TryText(out var written) ? written : throw new HclException(part.Place, $"{value.Name} cannot be part of a string"));
        }

        return HclValue.Of(text.ToString());
    }
}

/// <summary><c>%{ for x in source }…%{ endfor }</c>.</summary>
internal sealed class TemplateForExpression(HclPlace place, string? keyName, string valueName, HclExpression source, HclExpression body) : HclExpression(place)
{
    public override HclValue Evaluate(HclScope scope) => HclValue.Of(string.Concat(ForExpression.Rounds(source, keyName, valueName, scope)
        .Select(round => body.Evaluate(round).TryText(out var text) ? text : throw new HclException(body.Place, "each round of a template's for must be a string"))));
}
