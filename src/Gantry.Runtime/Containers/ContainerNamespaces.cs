using System.Globalization;
using Gantry.Linux;

namespace Gantry.Runtime.Containers;

/// <summary>The namespaces of a running container with a user namespace, each by its file: for a process that joins them.</summary>
internal sealed class ContainerNamespaces : IDisposable
{
    private readonly List<FileDescriptor> held = [];

    private ContainerNamespaces()
    {
    }

    /// <summary>In the order in which they are joined, but for that of mounts: from then on paths are the container's.</summary>
    public IReadOnlyList<NamespaceJoin> Joins { get; private set; } = [];

    public static ContainerNamespaces Open(int init, Namespaces kinds)
    {
        var result = new ContainerNamespaces();
        var joins = result.OpenEach(init, kinds);
        var user = joins.Where(j => j.Kind == Namespaces.User).Select(j => (NamespaceJoin?)j).FirstOrDefault();
        result.Joins = NamespaceJoins.Around(user, [.. joins.Where(j => j.Kind != Namespaces.User)]);
        return result;
    }

    public void Dispose() => held.ForEach(h => h.Dispose());

    private List<NamespaceJoin> OpenEach(int init, Namespaces kinds)
    {
        List<NamespaceJoin> joins = [];
        foreach (var name in NamespaceKinds.Known)
        {
            var kind = NamespaceKinds.Parse(name);
            if (kinds.HasFlag(kind) && kind != Namespaces.Mount)
            {
                var handle = NamespaceFile.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/{init}/ns/{NamespaceKinds.FileOf(kind)}"), name);
                held.Add(handle);
                joins.Add(new(handle, kind, $"of the container: {name}"));
            }
        }

        return joins;
    }
}
