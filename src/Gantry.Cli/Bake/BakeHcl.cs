using Gantry.Cli.Hcl;
using Gantry.Cli.Hcl.Functions;
using Gantry.Cli.Hcl.Syntax;

namespace Gantry.Cli.Bake;

/// <summary>The targets, groups and variables of HCL and JSON files.</summary>
internal sealed class BakeHcl
{
    private readonly BakeScope _scope;
    private readonly BakeInputs _inputs;
    private readonly Dictionary<string, BakeTarget> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _groups = new(StringComparer.Ordinal);

    private BakeHcl(IReadOnlyList<HclBody> bodies, BakeInputs inputs)
    {
        _inputs = inputs;
        _scope = new(bodies, inputs);
        foreach (var block in bodies.SelectMany(body => body.Blocks)) Check(block);
    }

    /// <exception cref="HclException">Something in them is wrong.</exception>
    public static BakeDefinition Read(IReadOnlyList<HclBody> bodies, BakeInputs inputs)
    {
        var reader = new BakeHcl(bodies, inputs);
        foreach (var block in reader._scope.BlocksOf("group")) reader._groups[Name(block.Labels[0], block.Place)] = reader.MembersOf(block);
        foreach (var block in reader._scope.BlocksOf("target")) reader.AddTarget(block);
        var variables = reader._scope.BlocksOf("variable").GroupBy(block => block.Labels[0]).Select(blocks => reader.Describe(blocks.Last())).ToList();
        return new(reader._targets, reader._groups, variables);
    }

    private void Check(HclBlock block)
    {
        if (block.Type is not ("target" or "group" or "variable" or "function"))
        {
            _inputs.Warn($"{block.Place}: there are no blocks {block.Type}: it is passed over");
        }
        else if (block.Labels.Count != 1)
        {
            throw new HclException(block.Place, $"a {block.Type} needs one name: {block.Type} \"name\" {{ }}");
        }
    }

    private IReadOnlyList<string> MembersOf(HclBlock block) => new BakeAttributes(block.Body, _scope).Texts("targets") ?? [];

    private void AddTarget(HclBlock block)
    {
        var label = block.Labels[0];
        if (block.Body.Find("matrix") is null && block.Body.Find("name") is { } alone) throw new HclException(alone.Place, "name needs matrix beside it");
        var made = new List<string>();
        foreach (var scope in Rounds(block))
        {
            var attributes = new BakeAttributes(block.Body, scope);
            var name = Name(attributes.Text("name") ?? label, block.Place);
            if (made.Contains(name)) throw new HclException(block.Place, $"two targets of the matrix have the name {name}: name must make each another, as in name = \"{label}-${{key}}\"");
            made.Add(name);
            var target = BakeTargetReader.Read(name, attributes, _inputs.Warn);
            _targets[name] = _targets.TryGetValue(name, out var known) ? known.With(target) : target;
        }

        if (made is not [var only] || only != label) _groups[label] = made;
    }

    /// <summary>A scope for each combination of a matrix's values, its first key running fastest.</summary>
    private List<HclScope> Rounds(HclBlock block)
    {
        if (block.Body.Find("matrix") is not { } matrix) return [_scope];
        var axes = matrix.Expression.Evaluate(_scope);
        if (axes.Kind != HclKind.Map || axes.Members.Values.Any(axis => axis.Kind != HclKind.List)) throw new HclException(matrix.Place, "matrix must be an object of lists");
        return
        [
            .. axes.Members.Aggregate<KeyValuePair<string, HclValue>, IEnumerable<Dictionary<string, HclValue>>>([[]], (rows, axis) => axis.Value.Items.SelectMany(value => rows.Select(row => new Dictionary<string, HclValue>(row) { [axis.Key] = value })))
                .Select(row => new HclLocalScope(_scope, row)),
        ];
    }

    private static string Name(string name, HclPlace place) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
        ? name
        : throw new HclException(place, $"the name {name} may have letters, digits, _ and - only");

    private BakeVariable Describe(HclBlock block)
    {
        var name = block.Labels[0];
        var value = _scope.Variable(name, [])!;
        var text = value.IsNull ? null : value.TryText(out var plain) ? plain : HclJsonText.Of(value);
        return new(name, BakeVariableValue.TypeOf(block)?.Text ?? "", text, new BakeAttributes(block.Body, _scope).Text("description") ?? "");
    }
}
