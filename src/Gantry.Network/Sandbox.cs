using Gantry.Linux.Netlink;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Network;

/// <summary>A container's network namespace, held open: disposing it lets go of the namespace, it does not end it.</summary>
/// <param name="ContainerId">Whose it is.</param>
/// <param name="Namespace">An open <c>ns/net</c> file, to be joined with setns(2) or handed to the monitor.</param>
public sealed record Sandbox(string ContainerId, SafeFileHandle Namespace) : IDisposable
{
    /// <summary>A socket that was opened inside; it holds the namespace as <see cref="Namespace"/> does.</summary>
    internal RouteSocket? Routes { get; set; }

    public void Dispose()
    {
        Routes?.Dispose();
        Namespace.Dispose();
    }
}
