using Gantry.Build.Sources;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Build.Steps;

/// <summary>The files of here-documents, in a filesystem of their own.</summary>
internal static class InlineTree
{
    public static SourceTree Make(InlineSource source)
    {
        var tree = new DirectoryTree(DetachedMount.Tmpfs("mode=755"));
        foreach (var file in source.Files)
        {
            var slash = file.Name.LastIndexOf('/');
            tree.Root.Mkdirs(slash > 0 ? file.Name[..slash] : "/").Dispose();
            using (var handle = tree.Root.OpenFile(file.Name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, 0x1A4))
            {
                RandomAccess.Write(handle, System.Text.Encoding.UTF8.GetBytes(file.Content), 0);
            }

            tree.Root.Chmod(file.Name, 0x1A4 /* 0644 */);
        }

        return tree;
    }
}
