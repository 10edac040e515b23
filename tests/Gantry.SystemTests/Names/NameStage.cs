using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Netlink;
using Gantry.Network.Names;
using Gantry.SystemTests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Sandbox = Gantry.Network.Sandbox;

namespace Gantry.SystemTests.Names;

/// <summary>A name service with a host and sandboxes that are network namespaces of the test's own.</summary>
internal sealed class NameStage : IAsyncDisposable
{
    /// <summary>These tests count threads and descriptors of the process.</summary>
    public const string Alone = "names";

    private readonly NetworkNamespaces maker = new();
    private readonly List<IDisposable> owned = [];

    public NameStage()
    {
        Root.Require("ip", "nsenter", "dig", "busybox");
        Host = CreateNamespace();
        Namespaces = new NetworkNamespaces(Host);
        Service = new NameService(Namespaces, NullLogger<NameService>.Instance);
    }

    public SafeFileHandle Host { get; }

    public NetworkNamespaces Namespaces { get; }

    public NameService Service { get; private set; }

    /// <summary>As a daemon that was killed and comes back: the sandboxes are as it left them.</summary>
    public async Task RestartAsync()
    {
        await Service.DisposeAsync();
        Service = new NameService(Namespaces, NullLogger<NameService>.Instance);
    }

    public Sandbox CreateSandbox(string container) => Own(new Sandbox(container, CreateNamespace()));

    /// <summary>A sandbox with an open resolver and a name on the network <c>net</c>.</summary>
    public Sandbox CreateContainer(string name, string address, IReadOnlyList<IPEndPoint>? servers = null)
    {
        var sandbox = CreateSandbox(name);
        Service.Open(sandbox, Settings(servers ?? []));
        Publish(name, [name], address);
        return sandbox;
    }

    public void Publish(string container, string[] names, params string[] addresses) =>
        Service.Publish(new NetworkNames("net-id", "net", container, names, [.. addresses.Select(IPAddress.Parse)]));

    public static ResolverSettings Settings(IReadOnlyList<IPEndPoint> servers, bool fromHost = true) =>
        new(servers, fromHost, [], new Dictionary<string, IReadOnlyList<IPAddress>>());

    /// <summary>An upstream server on the host.</summary>
    public UpstreamDouble Serve(Func<byte[], bool, byte[]?> answer) => Own(new UpstreamDouble(action => Namespaces.Within(Host, action), answer));

    public UpstreamDouble ServeIn(Sandbox sandbox, Func<byte[], bool, byte[]?> answer) =>
        Own(new UpstreamDouble(action => Namespaces.Within(sandbox.Namespace, action), answer));

    /// <summary>A program in a sandbox's network.</summary>
    public static Task<CommandResult> RunAsync(Sandbox sandbox, string line) => RunAsync(sandbox.Namespace, line);

    public static Task<CommandResult> RunAsync(SafeFileHandle networkNamespace, string line)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{networkNamespace.DangerousGetHandle()}");
        return Command.RunAsync("nsenter", ["--net=" + path, .. Command.Words(line)]);
    }

    public static async Task<string> DigAsync(Sandbox sandbox, string words) => (await RunAsync(sandbox, "dig @127.0.0.11 +tries=1 " + words)).Out;

    /// <summary>A socket of a sandbox.</summary>
    public Socket Socket(Sandbox sandbox, ProtocolType protocol) => Own(Namespaces.Within(sandbox.Namespace, () => new Socket(
        AddressFamily.InterNetwork, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol)));

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        owned.ForEach(o => o.Dispose());
        Namespaces.Dispose();
        maker.Dispose();
        Host.Dispose();
    }

    private SafeFileHandle CreateNamespace()
    {
        // A process begins in the namespace of the thread that starts it.
        var (handle, exitCode) = maker.Create(static () =>
        {
            using var process = Process.Start("ip", ["link", "set", "lo", "up"]);
            process.WaitForExit();
            return process.ExitCode;
        });
        Assert.Equal(0, exitCode);
        return handle;
    }

    private T Own<T>(T value)
        where T : IDisposable
    {
        owned.Add(value);
        return value;
    }
}

[CollectionDefinition(NameStage.Alone, DisableParallelization = true)]
public sealed class NameTestsAlone;
