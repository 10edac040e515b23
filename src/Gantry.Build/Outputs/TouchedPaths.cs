using System.Text;
using Gantry.Images.Trees;
using Gantry.Linux.Files;

namespace Gantry.Build.Outputs;

/// <summary>A path that some layers have an entry for.</summary>
internal sealed class TouchedPath
{
    /// <summary>By name, in their order.</summary>
    public SortedDictionary<string, TouchedPath> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>A layer has a directory here that hides what is beneath it.</summary>
    public bool IsOpaque { get; set; }
}

/// <summary>All paths that some layers have an entry for: what they add, change and remove.</summary>
internal sealed class TouchedPaths
{
    public TouchedPath Root { get; } = new();

    /// <param name="upper">A layer in the form of overlayfs.</param>
    public void Add(RootedDirectory upper) => Add(upper, Root);

    private static void Add(RootedDirectory directory, TouchedPath path)
    {
        foreach (var entry in directory.List())
        {
            var name = Encoding.UTF8.GetString(entry.Name.Span);
            if (!path.Children.TryGetValue(name, out var child))
            {
                path.Children[name] = child = new();
            }

            if (directory.TryStat(entry.Name.Span) is not { Kind: FileKind.Directory })
            {
                continue;
            }

            using var below = directory.OpenDirectory(entry.Name.Span, followLast: false);
            child.IsOpaque |= OverlayMarks.IsOpaque(below);
            Add(below, child);
        }
    }
}
