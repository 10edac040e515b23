using Gantry.Cli.Hcl;
using Gantry.Cli.Hcl.Syntax;
using Gantry.Compose;

namespace Gantry.Cli.Bake;

/// <summary>From files to what they say together: first the Compose files, as one project, then the others.</summary>
internal static class BakeLoader
{
    private static readonly HclBlockType[] Blocks = [new("target", 1), new("group", 1), new("function", 1), new("variable", 1, new HclBlockType("validation", 0))];

    /// <exception cref="HclException">A file is wrong.</exception>
    /// <exception cref="BakeException">A file is neither HCL nor Compose.</exception>
    public static BakeDefinition Load(IReadOnlyList<BakeFile> files, BakeInputs inputs)
    {
        var (compose, bodies) = (new List<BakeFile>(), new List<HclBody>());
        BakeDefinition? made = null;
        foreach (var file in files)
        {
            if (file.IsCompose) compose.Add(file);
            else if (file.IsJson) bodies.Add(HclJson.Parse(file.Name, file.Text, Blocks));
            else if (file.IsHcl) bodies.Add(HclParser.Parse(file.Name, file.Text));
            else if (TryCompose(file, inputs, out var reason) is { } project) made = made?.With(project) ?? project;
            else bodies.Add(ParseAny(file, reason));
        }

        if (compose.Count > 0 && BakeCompose.Load(compose, inputs) is var projects) made = made is null ? projects : projects.With(made);
        var native = BakeHcl.Read(bodies, inputs);
        return made is null ? native : made.With(native);
    }

    /// <summary>A name that says nothing: what is a Compose file is taken for one.</summary>
    private static BakeDefinition? TryCompose(BakeFile file, BakeInputs inputs, out string reason)
    {
        reason = "";
        try
        {
            return BakeCompose.Load([file], inputs);
        }
        catch (ComposeException e)
        {
            reason = e.Message;
            return null;
        }
    }

    private static HclBody ParseAny(BakeFile file, string reason)
    {
        try
        {
            return HclParser.Parse(file.Name, file.Text);
        }
        catch (HclException e)
        {
            throw new BakeException($"failed to parse {file.Name}: as Compose: {reason}; as HCL: {e.Message}");
        }
    }
}
