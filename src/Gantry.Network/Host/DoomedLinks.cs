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
        lock (gate)
        {
            RemoveAll();
            isDisposed = true;
        }
    }

    private async Task RemoveLaterAsync()
    {
        await Task.Delay(Patience).ConfigureAwait(false);
        lock (gate)
        {
            isWaiting = false;
            if (!isDisposed) RemoveAll();
        }
    }

    private void RemoveAll()
    {
        if (links.Count == 0) return;
        try
        {
            using var routes = namespaces.AtHome(static () => new RouteSocket());
            foreach (var link in links.Where(link => routes.FindLink(link.Name)?.Index == link.Index)) routes.Execute(new RouteBatch().DeleteLink(link.Index, link.Name));
        }
        catch (LinuxException e)
        {
            LogLeft(logger, e);
        }

        links.Clear();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "links of containers that ended were left")]
    private static partial void LogLeft(ILogger logger, Exception exception);
}
