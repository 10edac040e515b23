using Gantry.Cli.Hcl.Expressions;

namespace Gantry.Cli.Hcl.Syntax;

/// <summary>What stands in a file, or between the braces of a block.</summary>
internal sealed record HclBody(IReadOnlyList<HclAttribute> Attributes, IReadOnlyList<HclBlock> Blocks)
{
    public HclAttribute? Find(string name) => Attributes.FirstOrDefault(attribute => attribute.Name == name);
}

/// <summary><c>name = expression</c>.</summary>
internal sealed record HclAttribute(string Name, HclExpression Expression, HclPlace Place);

/// <summary><c>type "label" { … }</c>.</summary>
internal sealed record HclBlock(string Type, IReadOnlyList<string> Labels, HclBody Body, HclPlace Place);
