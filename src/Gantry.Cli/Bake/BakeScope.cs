using Gantry.Cli.Hcl;
using Gantry.Cli.Hcl.Expressions;
using Gantry.Cli.Hcl.Functions;
using Gantry.Cli.Hcl.Syntax;
using Gantry.Spec;

namespace Gantry.Cli.Bake;

/// <summary>What names mean in the files: variables and arguments of the files themselves, functions, and <c>target.name.key</c>.</summary>
internal sealed class BakeScope(IReadOnlyList<HclBody> bodies, BakeInputs inputs) : HclScope
{
    private readonly Dictionary<string, HclValue> _known = new(StringComparer.Ordinal)
    {
        ["BAKE_CMD_CONTEXT"] = HclValue.Of("cwd://"),
        ["BAKE_LOCAL_PLATFORM"] = HclValue.Of(Platform.Current.ToString()),
    };

    /// <summary>What is being computed; what needs itself for it has no value.</summary>
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>Blocks in the order of the files.</summary>
    public IEnumerable<HclBlock> BlocksOf(string type) => bodies.SelectMany(body => body.Blocks).Where(block => block.Type == type);

    public override HclValue? Variable(string name, IReadOnlyList<string> path)
    {
        if (_known.TryGetValue(name, out var known)) return known;
        if (BlocksOf("variable").LastOrDefault(block => block.Labels[0] == name) is { } declared) return Once(name, declared.Place, () => BakeVariableValue.Of(declared, this, inputs, value => _known[name] = value));
        if (bodies.Select(body => body.Find(name)).LastOrDefault(attribute => attribute is not null) is { } attribute) return _known[name] = Once(name, attribute.Place, () => attribute.Expression.Evaluate(this));
        return name is "target" or "group" ? Blocks(name, path) : null;
    }

    public override HclFunction? Function(string name) => BlocksOf("function").LastOrDefault(block => block.Labels[0] == name) is { } block ? Defined(block) : HclFunctions.Find(name);

    /// <summary>The keys of blocks of a type, or of one of them, or one key of it.</summary>
    private HclValue Blocks(string type, IReadOnlyList<string> path) => HclValue.Of(BlocksOf(type)
        .Where(block => path.Count == 0 || block.Labels[0] == path[0])
        .GroupBy(block => block.Labels[0])
        .Select(blocks => KeyValuePair.Create(blocks.Key, HclValue.Of(blocks
            .SelectMany(block => block.Body.Attributes)
            .Where(attribute => path.Count < 2 || attribute.Name == path[1])
            .Select(attribute => KeyValuePair.Create(attribute.Name, Once($"{type}.{blocks.Key}.{attribute.Name}", attribute.Place, () => attribute.Expression.Evaluate(this))))))));

    private HclValue Once(string name, HclPlace place, Func<HclValue> compute)
    {
        if (!_open.Add(name)) throw new HclException(place, $"{name} needs itself for its value");
        try
        {
            return compute();
        }
        finally
        {
            _open.Remove(name);
        }
    }

    private HclFunction Defined(HclBlock block)
    {
        var names = Names(block, "params");
        var rest = block.Body.Find("variadic_params") is { } variadic ? NameOf(variadic.Expression) : null;
        var result = block.Body.Find("result")?.Expression ?? throw new HclException(block.Place, $"the function {block.Labels[0]} needs a result");
        return new(names.Count, rest is null ? names.Count : HclFunction.Any, call =>
        {
            var values = names.Index().ToDictionary(name => name.Item, name => call.Value(name.Index));
            if (rest is not null) values[rest] = HclValue.Of(call.Values(names.Count));
            return result.Evaluate(new HclLocalScope(this, values));
        });
    }

    private static List<string> Names(HclBlock block, string attribute) => block.Body.Find(attribute)?.Expression switch
    {
        null => [],
        ListExpression list => [.. list.Items.Select(NameOf)],
        var other => throw new HclException(other.Place, $"{attribute} must be a list of names"),
    };

    // A name in HCL, a string in JSON.
    private static string NameOf(HclExpression expression) => expression switch
    {
        VariableExpression variable => variable.Name,
        TemplateExpression { Parts: [LiteralExpression { Value: var value }] } when value.TryText(out var text) => text,
        _ => throw new HclException(expression.Place, "a name is needed here"),
    };
}
