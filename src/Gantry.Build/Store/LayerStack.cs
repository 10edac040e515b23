namespace Gantry.Build.Store;

/// <summary>
/// A root filesystem: the layers it is made of, the lowest first. One of an image is known by its chain id
/// (<c>sha256:…</c>), one that a step of a build wrote by an id of the build's store.
/// </summary>
public sealed record LayerStack(string Text)
{
    public static LayerStack Empty { get; } = new("");

    public IReadOnlyList<string> Layers => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public static LayerStack Of(IEnumerable<string> layers) => new(string.Join(' ', layers));

    public LayerStack Add(string layer) => new(Text.Length == 0 ? layer : Text + " " + layer);

    public override string ToString() => Text;
}
