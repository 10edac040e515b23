using System.Text;
using Gantry.Engine.Containers;
using Gantry.Spec;
using Gantry.Spec.Templates;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>The log option <c>tag</c>: a Go template over the container.</summary>
internal static class LogTag
{
    public const string Option = "tag";
    public const string Default = "{{.ID}}";

    /// <param name="container">The template's object.</param>
    /// <param name="options">Of its driver.</param>
    /// <param name="otherwise">The template where none is given.</param>
    /// <exception cref="InvalidArgumentException">It is not a template, or asks for what is not there.</exception>
    public static string Of(ContainerRecord container, DriverOptions options, string otherwise)
    {
        var text = options.Text(Option) is { Length: > 0 } given ? given : otherwise;
        if (!text.Contains("{{", StringComparison.Ordinal))
        {
            return text;
        }

        try
        {
            var result = new StringBuilder();
            Template.Parse(text, "log-tag").Execute(new TaggedContainer(container, options), result);
            return result.ToString();
        }
        catch (TemplateException e)
        {
            throw new InvalidArgumentException(e.Message, e);
        }
    }
}
