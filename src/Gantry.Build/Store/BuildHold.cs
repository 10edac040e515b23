namespace Gantry.Build.Store;

/// <summary>The layers that a build under way stands on.</summary>
public sealed class BuildHold : IDisposable
{
    private readonly BuildStore store;
    private readonly List<string> held = [];

    internal BuildHold(BuildStore store) => this.store = store;

    public void Add(LayerStack stack)
    {
        var layers = stack.Layers;
        lock (held)
        {
            store.Enter(layers);
            held.AddRange(layers);
        }
    }

    public void Dispose()
    {
        lock (held)
        {
            store.Leave(held);
            held.Clear();
        }
    }
}
