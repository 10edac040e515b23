using System.Text;
using System.Text.Json;

namespace Gantry.Spec.Templates;

/// <summary>One run of a template over data.</summary>
internal sealed class Execution(Template template, StringBuilder output, bool missingKeyIsError)
{
    private const int MostDepth = 1000;

    private static readonly object NoValue = new();

    private enum Flow { Normal, Break, Continue }

    private readonly List<(string Name, object? Value)> _variables = [];
    private int _depth;

    public void Run(List<Node> nodes, object? data)
    {
        _variables.Add(("$", data));
        Walk(nodes, data);
    }

    private Flow Walk(List<Node> nodes, object? dot)
    {
        var mark = _variables.Count;
        foreach (var node in nodes)
        {
            var flow = Walk(node, dot);
            if (flow == Flow.Normal) continue;
            _variables.RemoveRange(mark, _variables.Count - mark);
            return flow;
        }

        return Flow.Normal;
    }

    private Flow Walk(Node node, object? dot)
    {
        switch (node)
        {
            case TextNode text:
                output.Append(text.Text);
                return Flow.Normal;
            case ActionNode action:
                var value = Evaluate(action.Pipeline, dot);
                if (action.Pipeline.Variables.Count == 0) output.Append(ReferenceEquals(value, NoValue) ? "<no value>" : Values.Print(value));
                return Flow.Normal;
            case JumpNode jump:
                return jump.Keyword == "break" ? Flow.Break : Flow.Continue;
            case TemplateNode call:
                Call(call, dot);
                return Flow.Normal;
            case BranchNode branch:
                var mark = _variables.Count;
                var flow = branch.Keyword == "range" ? Range(branch, dot) : IfOrWith(branch, dot);
                _variables.RemoveRange(mark, _variables.Count - mark);
                return flow;
            default:
                throw template.Failure(node, "cannot be executed");
        }
    }

    private Flow IfOrWith(BranchNode branch, object? dot)
    {
        var value = Known(Evaluate(branch.Pipeline, dot));
        if (Values.IsTrue(value)) return Walk(branch.Body, branch.Keyword == "with" ? value : dot);
        return branch.Else is null ? Flow.Normal : Walk(branch.Else, dot);
    }

    private Flow Range(BranchNode branch, object? dot)
    {
        var value = Known(Evaluate(branch.Pipeline, dot, declare: false));
        var items = value is string ? null : Values.Items(value);
        if (items is null) throw template.Failure(branch.Pipeline, $"range can't iterate over {Values.Print(value)}");
        var any = false;
        var names = branch.Pipeline.Variables;
        foreach (var (key, item) in items)
        {
            any = true;
            var mark = _variables.Count;
            if (names.Count == 1) _variables.Add((names[0], item));
            else if (names.Count == 2) _variables.AddRange([(names[0], key), (names[1], item)]);
            var flow = Walk(branch.Body, item);
            _variables.RemoveRange(mark, _variables.Count - mark);
            if (flow == Flow.Break) break;
        }

        return any || branch.Else is null ? Flow.Normal : Walk(branch.Else, dot);
    }

    private void Call(TemplateNode call, object? dot)
    {
        var body = template.Definition(call.Name) ?? throw template.Failure(call, $"template \"{call.Name}\" not defined");
        if (++_depth > MostDepth) throw template.Failure(call, $"exceeded maximum template depth ({MostDepth})");
        var argument = call.Argument is null ? null : Known(Evaluate(call.Argument, dot));
        var outer = _variables.ToList();
        _variables.Clear();
        Run(body, argument);
        _variables.Clear();
        _variables.AddRange(outer);
        _depth--;
    }

    private object? Evaluate(Pipeline pipeline, object? dot, bool declare = true)
    {
        object? value = NoValue;
        for (var i = 0; i < pipeline.Commands.Count; i++) value = Command(pipeline.Commands[i], dot, value, i > 0);
        if (!declare) return value;
        foreach (var name in pipeline.Variables)
        {
            if (pipeline.Declares) _variables.Add((name, Known(value)));
            else _variables[_variables.FindLastIndex(v => v.Name == name)] = (name, Known(value));
        }

        return value;
    }

    private object? Command(List<Node> command, object? dot, object? piped, bool hasPiped)
    {
        var first = command[0];
        if (first is FunctionNode function) return Function(function, command, dot, piped, hasPiped);
        if (first is FieldNode method && command.Count + (hasPiped ? 1 : 0) == 2 && Method(method, command, dot, piped, hasPiped, out var result)) return result;
        if (command.Count > 1 || hasPiped)
        {
            throw template.Failure(first, first is FieldNode f ? $"{f.Names[^1]} has arguments but cannot be invoked as function" : $"can't give argument to non-function {first.Source}");
        }

        return first is LiteralNode { Value: null } ? throw template.Failure(first, "nil is not a command") : Operand(first, dot);
    }

    private object? Function(FunctionNode function, List<Node> command, object? dot, object? piped, bool hasPiped)
    {
        if (function.Name is "and" or "or") return Lazily(function, command, dot, piped, hasPiped);
        var arguments = new List<object?>(command.Count);
        for (var i = 1; i < command.Count; i++) arguments.Add(Known(Operand(command[i], dot)));
        if (hasPiped) arguments.Add(Known(piped));
        try
        {
            return Functions.Call(function.Name, arguments);
        }
        catch (TemplateException e)
        {
            throw template.Failure(function, e.Message);
        }
    }

    private bool Method(FieldNode field, List<Node> command, object? dot, object? piped, bool hasPiped, out object? result)
    {
        result = null;
        var subject = field.Names.Count > 1 ? Operand(field with { Names = field.Names[..^1] }, dot) : field.Subject is null ? dot : Operand(field.Subject, dot);
        var argument = hasPiped ? piped : Operand(command[1], dot);
        return subject is ITemplateObject fields && (argument ?? "") is string text && fields.TryCall(field.Names[^1], text, out result);
    }

    // and, or stop at the argument that decides.
    private object? Lazily(FunctionNode function, List<Node> command, object? dot, object? piped, bool hasPiped)
    {
        if (command.Count == 1 && !hasPiped) throw template.Failure(function, $"wrong number of args for {function.Name}: want at least 1 got 0");
        object? value = null;
        for (var i = 1; i < command.Count; i++)
        {
            value = Known(Operand(command[i], dot));
            if (Values.IsTrue(value) == (function.Name == "or")) return value;
        }

        return hasPiped ? Known(piped) : value;
    }

    private object? Operand(Node node, object? dot)
    {
        switch (node)
        {
            case LiteralNode literal: return literal.Value;
            case DotNode: return dot;
            case Pipeline inner: return Evaluate(inner, dot);
            case VariableNode variable: return _variables.FindLast(v => v.Name == variable.Name).Value;
            case FunctionNode function: return Function(function, [function], dot, null, false);
            case FieldNode field:
                var value = field.Subject is null ? dot : Known(Operand(field.Subject, dot));
                for (var i = 0; i < field.Names.Count; i++) value = Field(field, Known(value), field.Names[i]);
                return value;
            default: throw template.Failure(node, "can't evaluate");
        }
    }

    private object? Field(FieldNode node, object? subject, string name)
    {
        switch (subject)
        {
            case ITemplateObject fields when fields.TryGet(name, out var value): return value;
            case JsonElement { ValueKind: JsonValueKind.Object } map:
                if (map.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null) return Values.From(member);
                if (missingKeyIsError && GoDefaults.TryGet(map, name, out var known)) return known;
                if (member.ValueKind == JsonValueKind.Null) return null;
                return missingKeyIsError ? throw template.Failure(node, $"map has no entry for key \"{name}\"") : NoValue;
            case null: throw template.Failure(node, $"nil data; no entry for key \"{name}\"");
            default: throw template.Failure(node, $"can't evaluate field {name} in type {Values.GoType(subject)}");
        }
    }

    private static object? Known(object? value) => ReferenceEquals(value, NoValue) ? null : value;
}
