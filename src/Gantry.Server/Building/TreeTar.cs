using System.Text;
using Gantry.Build.Outputs;
using Gantry.Images.Trees;
using Gantry.Spec;

namespace Gantry.Server.Building;

/// <summary>The files that were built as a tar: of several platforms each in a directory of its own.</summary>
internal static class TreeTar
{
    public static Task WriteAsync(IReadOnlyList<BuiltTree> trees, Stream target, CancellationToken cancellationToken) => BlockingWork.RunAsync(
        () =>
        {
            var archive = new TreeArchive(target, cancellationToken) { Modified = trees.Count > 0 ? trees[0].Tree.Modified : null };
            foreach (var built in trees)
            {
                archive.AddDirectory(built.Tree.Root, Encoding.UTF8.GetBytes(built.Directory));
            }

            archive.Finish();
            target.Flush();
        },
        cancellationToken);
}
