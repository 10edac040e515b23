using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Netlink;

/// <summary>
/// Acts in other network namespaces: on one thread of its own, which goes in and comes back, so that nothing else of the
/// process ever leaves its namespace (setns(2) and unshare(2) with CLONE_NEWNET concern the calling thread alone).
/// </summary>
public sealed class NetworkNamespaces : IDisposable
{
    private readonly BlockingCollection<Action> work = [];
    private readonly SafeFileHandle home;
    private readonly bool isOwn;
    private readonly Thread thread;

    /// <param name="home">The namespace that counts as the host's; null for the process's own. Stays the caller's.</param>
    public NetworkNamespaces(SafeHandle? home = null)
    {
        isOwn = home is null;
        this.home = home is null ? OpenOwn() : new FileDescriptor(Native.Libc.Duplicate(home)).IntoFileHandle();
        thread = new Thread(Serve) { IsBackground = true, Name = "network namespaces" };
        thread.Start();
    }

    /// <summary>Does something in the host's namespace.</summary>
    public T AtHome<T>(Func<T> action) => isOwn ? action() : Run(action);

    /// <summary>Does something inside a namespace: opening sockets, mostly, which stay there whoever uses them.</summary>
    public T Within<T>(SafeHandle target, Func<T> action) => Run(() =>
    {
        NamespaceCalls.Join(target, Namespaces.Network, "network namespace");
        try
        {
            return action();
        }
        finally
        {
            Return();
        }
    });

    /// <summary>
    /// Makes a namespace and does something inside it. The handle is all that keeps it; the caller owns it.
    /// </summary>
    public (SafeFileHandle Handle, T Result) Create<T>(Func<T> action) => Run(() =>
    {
        NamespaceCalls.Unshare(Namespaces.Network);
        try
        {
            return (OpenOwn(), action());
        }
        finally
        {
            Return();
        }
    });

    /// <summary>The namespace of a process.</summary>
    public static SafeFileHandle OpenOf(int processId) => File.OpenHandle($"/proc/{processId}/ns/net");

    public void Dispose() => work.CompleteAdding();

    private static SafeFileHandle OpenOwn() => File.OpenHandle("/proc/thread-self/ns/net");

    private T Run<T>(Func<T> action)
    {
        if (Thread.CurrentThread == thread) throw new InvalidOperationException("an action in a namespace cannot wait for another one");
        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(() =>
        {
            try
            {
                outcome.SetResult(action());
            }
            catch (Exception e)
            {
                outcome.SetException(e);
            }
        });
        try
        {
            return outcome.Task.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            ExceptionDispatchInfo.Throw(e);
            throw;
        }
    }

    private void Return()
    {
        try
        {
            NamespaceCalls.Join(home, Namespaces.Network, "the host's network namespace");
        }
        catch (LinuxException e)
        {
            // Whoever could leave may come back, so this does not happen; a thread that stayed elsewhere must not serve on.
            Environment.FailFast(e.Message, e);
        }
    }

    private void Serve()
    {
        if (!isOwn) Return();
        foreach (var action in work.GetConsumingEnumerable()) action();
        home.Dispose();
        work.Dispose();
    }
}
