using System.Text;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Images.Layers;

/// <summary>A layer extracted and verified, not yet in its place; removed when it is disposed before it got there.</summary>
internal sealed class StagedLayer(string path, Digest diffId, long size, bool hidesAll, IReadOnlyCollection<string> implied) : IDisposable
{
    private bool committed;

    public string Path => path;

    public Digest DiffId => diffId;

    public long Size => size;

    /// <summary>Bytes of the disk; null where that was not measured.</summary>
    public long? Space { get; init; }

    public bool HidesAll => hidesAll;

    public void Committed() => committed = true;

    /// <summary>
    /// A directory that the layer only passes through keeps its owner, mode and time from the layers beneath: overlayfs
    /// shows the attributes of the topmost layer that has the directory.
    /// </summary>
    /// <param name="parents">Directories of the layers beneath, the topmost first.</param>
    public void CopyImplied(IReadOnlyList<string> parents)
    {
        if (parents.Count == 0 || implied.Count == 0)
        {
            return;
        }

        var lowers = parents.Select(p => RootedDirectory.Open(p)).ToList();
        try
        {
            using var root = RootedDirectory.Open(path);
            foreach (var directory in implied)
            {
                CopyAttributes(root, Encoding.Latin1.GetBytes(directory), lowers);
            }
        }
        finally
        {
            lowers.ForEach(l => l.Dispose());
        }
    }

    public void Dispose()
    {
        if (!committed)
        {
            TreePlace.Remove(path);
        }
    }

    private static void CopyAttributes(RootedDirectory root, byte[] directory, List<RootedDirectory> lowers)
    {
        using var ours = root.TryOpenDirectory(directory.AsSpan(), followLast: false);
        if (ours is null)
        {
            return;
        }

        foreach (var lower in lowers)
        {
            using var theirs = lower.TryOpenDirectory(directory.AsSpan(), followLast: false);
            if (theirs is not null)
            {
                var status = theirs.Descriptor.Stat();
                ours.Descriptor.Chown(status.Uid, status.Gid);
                ours.Descriptor.Chmod((uint)status.Permissions);
                ours.Descriptor.SetTimes(status.ModifiedNanoseconds, status.ModifiedNanoseconds);
                return;
            }
        }
    }
}
