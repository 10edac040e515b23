using System.Globalization;
using Gantry.Build.Sources;
using Gantry.Server.BuildKit.Grpc;

namespace Gantry.Server.BuildKit.Control;

/// <summary>What a client had fetched in one build, to be read by it as long as that goes on.</summary>
internal sealed class SolvedTrees : IDisposable
{
    private const string Prefix = "gantry-tree://";
    private readonly Lock gate = new();
    private readonly List<SourceTree> trees = [];
    private bool isEnded;

    /// <param name="tree">Owned by this from now on.</param>
    /// <returns>How the client names it.</returns>
    public string Add(SourceTree tree)
    {
        lock (gate)
        {
            if (!isEnded)
            {
                trees.Add(tree);
                return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{trees.Count}");
            }
        }

        tree.Dispose();
        throw new OperationCanceledException("the build has ended");
    }

    public SourceTree Require(string name)
    {
        lock (gate)
        {
            return name.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= trees.Count
                ? trees[number - 1]
                : throw new GrpcException(GrpcCode.Unimplemented, "gantry reads files only of what was fetched from an address, not of what was built: have them written with an output");
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isEnded = true;
            trees.ForEach(tree => tree.Dispose());
            trees.Clear();
        }
    }
}
