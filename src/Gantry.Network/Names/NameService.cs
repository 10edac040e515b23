using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Network.Names.Local;
using Gantry.Network.Names.Serving;
using Gantry.Network.Names.Upstream;
using Microsoft.Extensions.Logging;

namespace Gantry.Network.Names;

/// <summary>
/// The resolvers of all sandboxes on one thread, which does not even exist before the first is opened: two sockets and
/// little memory for each.
/// </summary>
/// <param name="namespaces">For going into sandboxes; stays the caller's.</param>
/// <param name="logger">Hears of what should not happen.</param>
public sealed class NameService(NetworkNamespaces namespaces, ILogger logger) : INameService
{
    private readonly Lock gate = new();
    private readonly NameDirectory directory = new();
    private readonly UpstreamPool pool = new();
    private readonly Dictionary<string, Resolver> resolvers = [];
    private NameLoop? loop;
    private bool disposed;

    /// <inheritdoc/>
    /// <exception cref="LinuxException">The sockets or their rules cannot be made there.</exception>
    public void Open(Sandbox sandbox, ResolverSettings settings)
    {
        ArgumentNullException.ThrowIfNull(sandbox);
        ArgumentNullException.ThrowIfNull(settings);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            loop ??= new NameLoop(namespaces, logger);
            if (resolvers.TryGetValue(sandbox.ContainerId, out var open) && open.IsIn(sandbox.Namespace))
            {
                loop.Call(() => open.Set(settings));
                return;
            }

            var sockets = namespaces.Within(sandbox.Namespace, ResolverSockets.Open);
            var kept = FileDescriptor.DuplicateOf(sandbox.Namespace);
            if (open is not null) loop.Call(open.Dispose);
            loop.Call(() => resolvers[sandbox.ContainerId] = new Resolver(loop, directory, pool, sandbox.ContainerId, kept, sockets, settings));
        }
    }

    public void Close(string containerId)
    {
        lock (gate)
        {
            if (resolvers.Remove(containerId, out var resolver)) loop!.Call(resolver.Dispose);
        }
    }

    public void Publish(NetworkNames names)
    {
        ArgumentNullException.ThrowIfNull(names);
        directory.Publish(names);
    }

    public void Withdraw(string networkId, string containerId) => directory.Withdraw(networkId, containerId);

    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            disposed = true;
            foreach (var resolver in resolvers.Values) loop!.Call(resolver.Dispose);
            resolvers.Clear();
            loop?.Dispose();
            loop = null;
        }

        return ValueTask.CompletedTask;
    }
}
