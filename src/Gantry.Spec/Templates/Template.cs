using System.Text;

namespace Gantry.Spec.Templates;

/// <summary>A Go text template, with the functions Docker adds.</summary>
internal sealed class Template
{
    private readonly string _name;
    private readonly string _source;
    private readonly List<Node> _root;
    private readonly Dictionary<string, List<Node>> _definitions;

    private Template(string name, string source, List<Node> root, Dictionary<string, List<Node>> definitions) =>
        (_name, _source, _root, _definitions) = (name, source, root, definitions);

    /// <exception cref="TemplateException">The text is not a template.</exception>
    public static Template Parse(string source, string name = "")
    {
        var parser = new Parser(name, source);
        var root = parser.Parse();
        return new Template(name, source, root, parser.Definitions);
    }

    /// <exception cref="TemplateException">It asks for what the data does not have.</exception>
    public void Execute(object? data, StringBuilder output, bool missingKeyIsError = false) =>
        new Execution(this, output, missingKeyIsError).Run(_root, data);

    internal List<Node>? Definition(string name) => _definitions.GetValueOrDefault(name);

    internal TemplateException Failure(Node node, string what)
    {
        var before = _source.AsSpan(0, Math.Min(node.Position, _source.Length));
        var line = 1 + before.Count('\n');
        var column = before.Length - (before.LastIndexOf('\n') + 1);
        return new TemplateException($"template: {_name}:{line}:{column}: executing {GoText.Quote(_name)} at <{node.Source}>: {what}");
    }
}
