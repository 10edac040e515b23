using Gantry.Build.Sources;
using Gantry.Build.Store;
using Gantry.Images;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Spec;

namespace Gantry.Build.Attestations;

/// <summary>What is said of files that were built, as files among them (docs of BuildKit, "Local and tar exporters").</summary>
internal static class StatementFiles
{
    private const uint Permissions = 0b110_000_000;

    /// <param name="stack">The files that it is said of.</param>
    /// <param name="name">What a statement's file is called.</param>
    /// <returns>Both together, and the layer on top that has them: it is disposed when it was read, after the mount.</returns>
    public static (NewLayer Layer, DetachedMount Mount) Write(
        BuildStore store, LayerStack stack, IReadOnlyList<Statement> statements, Func<Statement, string> name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<(string, Digest)> subjects;
        using (var tree = new DirectoryTree(store.Open(stack)))
        {
            subjects = [.. tree.FilesBelow("").Where(entry => entry.Kind == FileKind.Regular).Select(file =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return (file.Path, Digest.FromHash(tree.HashOf(file)));
            })];
        }

        var layer = store.Begin(stack);
        DetachedMount? mount = null;
        try
        {
            mount = layer.Mount();
            using var root = mount.OpenRoot();
            foreach (var statement in statements)
            {
                Write(root, name(statement), statement.Write(subjects, indented: true), now);
            }

            return (layer, mount);
        }
        catch
        {
            mount?.Dispose();
            layer.Dispose();
            throw;
        }
    }

    private static void Write(RootedDirectory root, string name, byte[] content, DateTimeOffset now)
    {
        if (root.TryStat(name) is not null)
        {
            root.RemoveTree(name);
        }

        using (var file = root.OpenFile(name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, Permissions))
        {
            RandomAccess.Write(file, content, 0);
        }

        var time = (now - DateTimeOffset.UnixEpoch).Ticks * 100;
        root.SetTimes(name, time, time);
    }
}
