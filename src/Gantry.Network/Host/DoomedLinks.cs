using Gantry.Linux;
using Gantry.Linux.Netlink;
using Microsoft.Extensions.Logging;

namespace Gantry.Network.Host;

/// <summary>
/// Links that go with their namespace. The kernel removes those in its own time, many at once, where a request to remove one waits
/// some 20 ms for everybody to have let go of it. What is still there after a while, as something else holds the namespace, is
/// removed by request.
/// </summary>
internal sealed partial class DoomedLinks(NetworkNamespaces namespaces, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private readonly Lock gate = new();
    private readonly List<LinkInformation> links = [];
    private bool isWaiting;
    private bool isDisposed;

    public void Add(LinkInformation link)
    {
        lock (gate)
        {
            links.Add(link);
            if (isWaiting) return;
            isWaiting = true;
        }

        _ = RemoveLaterAsync();
    }

    public void Dispose()
    {
        LinkInformation[] left;
        lock (gate)
        {
            isDisposed = true;
            left = [.. links];
        }

        Remove(left);
    }

    /// <summary>Each link gets its time; containers that end meanwhile do not wait for those before them.</summary>
    private async Task RemoveLaterAsync()
    {
        while (true)
        {
            LinkInformation[] due;
            lock (gate) due = [.. links];
            await Task.Delay(Patience).ConfigureAwait(false);
            lock (gate)
            {
                if (isDisposed) return;
            }

            Remove(due);
            lock (gate)
            {
                links.RemoveRange(0, due.Length);
                isWaiting = links.Count > 0;
                if (!isWaiting) return;
            }
        }
    }

    private void Remove(LinkInformation[] due)
    {
        if (due.Length == 0) return;
        try
        {
            using var routes = namespaces.AtHome(static () => new RouteSocket());
            foreach (var link in due.Where(link => routes.FindLink(link.Name)?.Index == link.Index)) routes.Execute(new RouteBatch().DeleteLink(link.Index, link.Name));
        }
        catch (LinuxException e)
        {
            LogLeft(logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "links of containers that ended were left")]
    private static partial void LogLeft(ILogger logger, Exception exception);
}
