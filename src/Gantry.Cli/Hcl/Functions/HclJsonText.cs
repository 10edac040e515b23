using System.Text;
using System.Text.Json;
using Gantry.Spec.Templates;

namespace Gantry.Cli.Hcl.Functions;

/// <summary>Values as JSON, and back.</summary>
internal static class HclJsonText
{
    public static string Of(HclValue value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static HclValue Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return Of(document.RootElement);
    }

    private static void Append(StringBuilder text, HclValue value)
    {
        switch (value.Kind)
        {
            case HclKind.Null:
                text.Append("null");
                break;
            case HclKind.List:
                text.Append('[').AppendJoin(',', value.Items.Select(Of)).Append(']');
                break;
            case HclKind.Map:
                text.Append('{').AppendJoin(',', value.Members.Select(member => $"{Of(HclValue.Of(member.Key))}:{Of(member.Value)}")).Append('}');
                break;
            default:
                value.TryText(out var written);
                if (value.Kind == HclKind.Text) JsonText.AppendString(text, written, escapeHtml: true);
                else text.Append(written);
                break;
        }
    }

    private static HclValue Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => HclValue.Of(element.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Of(member.Value)))),
        JsonValueKind.Array => HclValue.Of(element.EnumerateArray().Select(Of)),
        JsonValueKind.String => HclValue.Of(element.GetString()!),
        JsonValueKind.Number => HclValue.Of(element.GetDecimal()),
        JsonValueKind.Null => HclValue.Null,
        _ => HclValue.Of(element.GetBoolean()),
    };
}
