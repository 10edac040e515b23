using System.Collections.Concurrent;
using System.Net;
using Gantry.Engine.Containers;
using Gantry.Linux;
using Gantry.Network;
using Gantry.Network.Names;
using Gantry.Network.Records;
using Gantry.Spec;
using Gantry.Spec.Engine;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Networks;

/// <summary>Connects containers to their networks, from start to end.</summary>
internal sealed partial class ContainerNetworks(
    NetworkStore networks, INetworkStack stack, INameService names, ContainerStore containers, EnginePaths paths, NetworkEvents events, NetworkOptions options, ILogger logger)
    : INetworkSetup
{
    private const string Failed = "failed to set up container networking";
    private const string InterfacePrefixOption = "com.docker.network.container_iface_prefix";
    private const string InterfaceNameOption = "com.docker.network.endpoint.ifname";

    private readonly ConcurrentDictionary<string, LiveNetworks> live = new(StringComparer.Ordinal);

    public async Task<NetworkAttachment> AttachAsync(Container container, CancellationToken cancellationToken)
    {
        var mode = container.Record.HostConfig.NetworkMode;
        if (NetworkName.IsContainer(mode))
        {
            return Share(mode[NetworkName.ContainerPrefix.Length..]);
        }

        var current = new LiveNetworks();
        live[container.Id] = current;
        try
        {
            TakeAddresses(container.Record, current);
            var ports = default(PortLease);
            if (mode != NetworkName.Host)
            {
                // Also where it stays without links: its loopback is up.
                current.Sandbox = await stack.CreateSandboxAsync(container.Id, cancellationToken).ConfigureAwait(false);
            }

            if (current.Endpoints.Exists(end => end.HasLink))
            {
                ports = await PublishAsync(container.Record, current, cancellationToken).ConfigureAwait(false);
                current.Connected = Task.Run(() => ConnectAsync(container.Record, current), CancellationToken.None);
            }

            return Attachment(container.Record, current, ports);
        }
        catch (Exception e)
        {
            await DetachAsync(container).ConfigureAwait(false);
            if (Failure(e) is { } told)
            {
                throw told;
            }

            throw;
        }
    }

    public async Task DetachAsync(Container container)
    {
        if (!live.TryRemove(container.Id, out var current))
        {
            return;
        }

        await Settled(current.Connected).ConfigureAwait(false);
        if (current.HasNames)
        {
            Try(container.Id, () => names.Close(container.Id));
        }

        if (current.Published is not null)
        {
            await TryAsync(container.Id, () => stack.UnpublishAsync(container.Id, CancellationToken.None)).ConfigureAwait(false);
        }

        foreach (var end in Enumerable.Reverse(current.Endpoints))
        {
            await LeaveAsync(container.Id, current, end, isEnd: true).ConfigureAwait(false);
        }

        current.Sandbox?.Dispose();
        RefreshLinks(container.Id, current.Endpoints);
    }

    public void Publish(Container container, string action)
    {
        if (live.TryGetValue(container.Id, out var current))
        {
            current.Endpoints.ForEach(end => events.Publish(end.Network, action, container.Id));
        }
    }

    public IReadOnlyList<string> Warnings() => stack.Warnings();

    private NetworkAttachment Share(string id)
    {
        var other = containers.Get(id);
        return !other.Record.State.IsAlive
            ? throw new ConflictException($"cannot join network namespace of a non running container: container {other.Record.Name} is {other.Record.State.Status}")
            : new NetworkAttachment
            {
                SharedWith = other.Id,
                IsHost = other.Record.HostConfig.NetworkMode == NetworkName.Host,
                NamespacePath = $"/proc/{other.Record.State.Pid}/ns/net",
            };
    }

    private void TakeAddresses(ContainerRecord record, LiveNetworks current)
    {
        var settings = record.Networks.Length > 0 ? record.Networks : [new NetworkSetting(record.HostConfig.NetworkMode, new EndpointSettings())];
        var resolved = settings.Select(setting => (Setting: setting, Network: Resolve(setting)))
            .OrderByDescending(item => item.Setting.Asked.GwPriority).ThenBy(item => item.Network.Name, StringComparer.Ordinal);
        foreach (var (setting, network) in resolved)
        {
            current.Endpoints.Add(TakeAddress(record, network, setting, current));
        }
    }

    /// <summary>By the id it had before, or by its name where another has taken its place.</summary>
    private EngineNetwork Resolve(NetworkSetting setting) =>
        (setting.Asked.NetworkID.Length > 0 ? networks.Find(setting.Asked.NetworkID) : null) ?? networks.Get(setting.Name);

    private LiveEndpoint TakeAddress(ContainerRecord record, EngineNetwork network, NetworkSetting setting, LiveNetworks current)
    {
        EndpointRules.Check(setting.Name, network, setting.Asked);
        var asked = setting.Asked;
        var wanted = new EndpointRecord
        {
            Id = ContainerIdentity.New(),
            NetworkId = network.Id,
            ContainerId = record.Id,
            InterfaceName = InterfaceName(network, asked, current),
            GatewayPriority = asked.GwPriority,
            WithoutIPv6 = record.HostConfig.Sysctls?.GetValueOrDefault("net.ipv6.conf.all.disable_ipv6") == "1",
            LinkLocal = [.. (asked.IPAMConfig?.LinkLocalIPs ?? []).Select(IPAddress.Parse)],
            Options = asked.DriverOpts ?? [],
        };
        network.Enter(wanted);
        try
        {
            var endpoint = stack.Lease(network.Record, wanted, Request(asked));
            network.Enter(endpoint);
            return new LiveEndpoint(network, setting with { Name = network.Name, Asked = asked with { NetworkID = network.Id } }, endpoint);
        }
        catch
        {
            network.Leave(record.Id);
            throw;
        }
    }

    private static EndpointRequest Request(EndpointSettings asked) => new(
        Parse(asked.IPAMConfig?.IPv4Address), Parse(asked.IPAMConfig?.IPv6Address), asked.MacAddress);

    private static IPAddress? Parse(string? address) => address is null ? null : IPAddress.Parse(address);

    private static string InterfaceName(EngineNetwork network, EndpointSettings asked, LiveNetworks current)
    {
        if (asked.DriverOpts?.GetValueOrDefault(InterfaceNameOption) is { Length: > 0 } chosen)
        {
            return chosen;
        }

        var prefix = network.Record.Options.GetValueOrDefault(InterfacePrefixOption) is { Length: > 0 } given ? given : "eth";
        var number = 0;
        while (current.Endpoints.Exists(end => end.Endpoint.InterfaceName == $"{prefix}{number}"))
        {
            number++;
        }

        return $"{prefix}{number}";
    }

    /// <summary>Ports go to the endpoint that leads out; where none does, there is nothing to publish to.</summary>
    private async Task<PortLease?> PublishAsync(ContainerRecord record, LiveNetworks current, CancellationToken cancellationToken)
    {
        var requests = PortPlan.Requests(record.HostConfig, record.Config);
        if (requests.Count == 0 || (current.Gateway(ipv6: false) ?? current.Gateway(ipv6: true)) is not { } end)
        {
            return null;
        }

        var lease = await stack.PublishAsync(record.Id, end.Network.Record, end.Endpoint, requests, cancellationToken).ConfigureAwait(false);
        current.Published = end.Endpoint;
        return lease;
    }

    private async Task ConnectAsync(ContainerRecord record, LiveNetworks current)
    {
        try
        {
            OpenNames(record, current);
            foreach (var end in current.Endpoints)
            {
                await stack.ConnectAsync(current.Sandbox!, end.Network.Record, end.Endpoint, CancellationToken.None).ConfigureAwait(false);
                PublishNames(record, end);
            }

            await SetGatewaysAsync(current).ConfigureAwait(false);
            RefreshLinks(record.Id, current.Endpoints);
        }
        catch (Exception e) when (Failure(e) is { } told)
        {
            throw told;
        }
    }

    /// <summary>Null for what is not meant for the user.</summary>
    private static GantryException? Failure(Exception cause) => cause switch
    {
        GantryException e => e.While(Failed),
        LinuxException or IOException or UnauthorizedAccessException => new InternalException($"{Failed}: {cause.Message}", cause),
        _ => null,
    };

    private Task SetGatewaysAsync(LiveNetworks current) =>
        stack.SetGatewaysAsync(current.Sandbox!, Pair(current.Gateway(ipv6: false)), Pair(current.Gateway(ipv6: true)), CancellationToken.None);

    private static (NetworkRecord, EndpointRecord)? Pair(LiveEndpoint? end) => end is null ? null : (end.Network.Record, end.Endpoint);

    /// <summary>Each step is tried: what cannot be undone is told, and the rest goes on.</summary>
    /// <param name="isEnd">The sandbox ends, and its links with it.</param>
    private async Task LeaveAsync(string containerId, LiveNetworks current, LiveEndpoint end, bool isEnd = false)
    {
        var wasSilent = false;
        if (current.Sandbox is { } sandbox && end.HasLink)
        {
            Try(containerId, () => names.Withdraw(end.Network.Id, containerId));
            await TryAsync(containerId, async () =>
            {
                if (isEnd)
                {
                    wasSilent = await stack.AbandonAsync(sandbox, end.Network.Record, end.Endpoint).ConfigureAwait(false);
                }
                else
                {
                    await stack.DisconnectAsync(sandbox, end.Network.Record, end.Endpoint, CancellationToken.None).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        }

        Try(containerId, () => stack.Release(end.Network.Record, end.Endpoint, wasSilent));
        end.Network.Leave(containerId);
    }

    private static async Task Settled(Task task)
    {
        // Its failure was told to whoever awaited it.
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Try(string containerId, Action step)
    {
        try
        {
            step();
        }
        catch (Exception e)
        {
            LogTeardown(logger, containerId, e);
        }
    }

    private async Task TryAsync(string containerId, Func<Task> step)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogTeardown(logger, containerId, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "taking down the network of container {Id} failed in part")]
    private static partial void LogTeardown(ILogger logger, string id, Exception exception);
}
