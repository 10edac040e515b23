using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Build.Store;

/// <summary>A layer that a step is writing; disposed before it is committed, it is removed.</summary>
public sealed class NewLayer : IDisposable
{
    private readonly BuildStore store;
    private bool committed;

    internal NewLayer(BuildStore store, string id, LayerStack beneath, string directory)
    {
        (this.store, Id, Beneath, Directory) = (store, id, beneath, directory);
    }

    public LayerStack Beneath { get; }

    internal string Id { get; }

    internal string Directory { get; }

    /// <summary>What is written, in the form of overlayfs.</summary>
    public string Upper => Path.Combine(Directory, BuildStore.DiffName);

    internal string Work => Path.Combine(Directory, "work");

    /// <summary>Mounts the filesystem with this layer on top, writable, attached nowhere.</summary>
    public DetachedMount Mount() => store.Mount(Beneath, this);

    /// <summary>Keeps what was written. Nothing is mounted any more.</summary>
    public LayerStack Commit()
    {
        var stack = store.Commit(this);
        committed = true;
        return stack;
    }

    public void Dispose()
    {
        if (!committed)
        {
            TreePlace.Remove(Directory);
        }
    }
}
