using Gantry.Build.Dockerfile;
using Gantry.Build.Planning;
using Gantry.Spec.Build;

namespace Gantry.Build.Calls;

/// <summary>The arguments that stages use: those they declare, and of those before the first FROM what leads to them.</summary>
internal sealed class OutlineArguments(DockerfileDocument document, BuildRequest request, IReadOnlyDictionary<string, string?> globals)
{
    private readonly VariableExpansion expansion = new(document.Escape);
    private readonly Dictionary<string, OutlineArgument> found = new(StringComparer.Ordinal);

    /// <summary>In the order of their lines.</summary>
    public IReadOnlyList<OutlineArgument> All => [.. found.Values.OrderBy(argument => argument.Location?.Ranges?[0].Start.Line)];

    /// <summary>Of a name that several stages have the first that is added counts.</summary>
    public void Add(StagePlan plan)
    {
        foreach (var text in (string?[])[plan.Stage.From.BaseName, plan.Stage.From.Platform])
        {
            foreach (var name in Names(text))
            {
                AddGlobal(name);
            }
        }

        foreach (var instruction in plan.Stage.Instructions.OfType<ArgInstruction>())
        {
            foreach (var argument in instruction.Arguments)
            {
                var isInherited = argument.Default is null && request.Arguments.GetValueOrDefault(argument.Name) is null && globals.GetValueOrDefault(argument.Name) is not null;
                if (isInherited)
                {
                    AddGlobal(argument.Name);
                }
                else
                {
                    AddOwn(argument.Name, instruction, plan.Arguments.FindLast(declared => declared.Key == argument.Name).Value);
                }
            }
        }
    }

    /// <summary>An argument before the first FROM, and those that its default is made of. Those of the platform nobody declares.</summary>
    private void AddGlobal(string name)
    {
        var definitions = document.GlobalArgs.Where(instruction => instruction.Arguments.Any(argument => argument.Name == name)).ToList();
        if (definitions.Count == 0 || found.ContainsKey(name))
        {
            return;
        }

        AddOwn(name, definitions[^1], globals.GetValueOrDefault(name));
        foreach (var argument in definitions.SelectMany(instruction => instruction.Arguments).Where(argument => argument.Name == name && request.Arguments.GetValueOrDefault(name) is null))
        {
            foreach (var other in Names(argument.Default))
            {
                AddGlobal(other);
            }
        }
    }

    private void AddOwn(string name, ArgInstruction instruction, string? value) => found.TryAdd(name, new()
    {
        Name = name,
        Description = Descriptions.Of(instruction, name),
        Value = value is { Length: > 0 } ? value : null,
        Location = DockerfileLocation.Of(instruction.Lines.Start, instruction.Lines.End),
    });

    /// <summary>The variables of a text, with a value or without.</summary>
    private IEnumerable<string> Names(string? text) => text is null ? [] : expansion.Expand(text, name => globals.GetValueOrDefault(name) ?? name).Used.Distinct();
}
