using Gantry.Engine.Containers;
using Gantry.Network.Records;
using Gantry.Spec;
using Gantry.Spec.Engine;
using AddressPool = Gantry.Network.Records.AddressPool;

namespace Gantry.Engine.Networks;

internal sealed partial class NetworkService
{
    public async Task<NetworkCreateResponse> CreateNetworkAsync(NetworkCreateRequest request, CancellationToken cancellationToken)
    {
        Check(request);
        var asked = IpamRequest.Read(request.IPAM);
        using var holder = await gate.EnterAsync().ConfigureAwait(false);
        if (networks.FindName(request.Name) is not null)
        {
            throw new ConflictException($"network with name {request.Name} already exists");
        }

        var others = networks.All().Select(network => network.Record).ToArray();
        RequireConfiguration(request, others);
        request = WithSwitches(request with { Options = WithDefaults(request) });
        var record = stack.Plan(Wanted(request, asked), others);
        await stack.CreateAsync(record, cancellationToken).ConfigureAwait(false);
        EngineNetwork network;
        try
        {
            // The record is last: links that belong to no record are swept at the next start.
            network = networks.Add(new NetworkDocument(record, record.ConfigFrom.Length > 0 ? SubnetsOf(record.ConfigFrom) : asked));
        }
        catch
        {
            await stack.DeleteAsync(record, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        events.Publish(network, "create");
        return new NetworkCreateResponse { Id = record.Id };
    }

    private static void Check(NetworkCreateRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Name))
        {
            throw new InvalidArgumentException("invalid name: name is empty");
        }

        if (NetworkName.IsPredefined(request.Name) || request.Name == "default")
        {
            throw new PermissionDeniedException($"operation is not permitted on predefined {request.Name} network");
        }

        if (request.Driver is NetworkName.Host or "null" or NetworkName.None && !request.ConfigOnly)
        {
            throw new PermissionDeniedException($"only one instance of \"{request.Driver}\" network is allowed");
        }

        if (request.Driver == "overlay" || request.Ingress || request.Scope is not ("" or "local"))
        {
            throw new UnavailableException(
                $"network {request.Name} needs a swarm ({(request.Ingress ? "ingress" : request.Driver == "overlay" ? "driver overlay" : "scope " + request.Scope)}): this node is not a swarm manager");
        }

    }

    /// <summary>Which families there are may be an option of the driver too, for a daemon's <c>default-network-opts</c>: what is asked for counts more, and then the option is none.</summary>
    private static NetworkCreateRequest WithSwitches(NetworkCreateRequest request)
    {
        var all = new Dictionary<string, string>(request.Options ?? [], StringComparer.Ordinal);
        request = request with
        {
            EnableIPv4 = Switch(all, NetworkLabels.EnableIPv4, request.EnableIPv4),
            EnableIPv6 = Switch(all, NetworkLabels.EnableIPv6, request.EnableIPv6),
            Options = all,
        };
        return request.EnableIPv4 == false && request.EnableIPv6 != true && request is { ConfigOnly: false, ConfigFrom: not { Network.Length: > 0 } }
            ? throw new InvalidArgumentException("IPv4 or IPv6 must be enabled")
            : request;
    }

    private static bool? Switch(Dictionary<string, string> all, string name, bool? asked)
    {
        if (asked is not null)
        {
            all.Remove(name);
            return asked;
        }

        return !all.TryGetValue(name, out var text) ? null
            : GoBoolean.TryParse(text, out var value) ? value
            : throw new InvalidArgumentException($"driver-opt \"{name}\" is not a valid bool: \"{text}\"");
    }

    private static void RequireConfiguration(NetworkCreateRequest request, NetworkRecord[] others)
    {
        if (request.ConfigFrom is not { Network: { Length: > 0 } name })
        {
            return;
        }

        if (request.ConfigOnly)
        {
            throw new InvalidArgumentException("a configuration network cannot depend on another configuration network");
        }

        var source = others.FirstOrDefault(other => other.Name == name) ?? throw new NotFoundException($"configuration network \"{name}\" does not exist");
        if (!source.ConfigOnly)
        {
            throw new PermissionDeniedException($"network \"{name}\" is not a configuration network");
        }

        if (request is { IPAM.Config.Length: > 0 } or { Options.Count: > 0 } or { Labels.Count: > 0 } or { EnableIPv6: true } or { Internal: true })
        {
            throw new PermissionDeniedException("user specified configurations are not supported if the network depends on a configuration network");
        }
    }

    private NetworkRecord Wanted(NetworkCreateRequest request, AddressPool[] asked) => new()
    {
        Id = ContainerIdentity.New(),
        Name = request.Name,
        Created = time.GetUtcNow(),
        Driver = request.Driver.Length > 0 ? request.Driver : NetworkName.Bridge,
        EnableIPv4 = request.EnableIPv4 ?? true,
        EnableIPv6 = request.EnableIPv6 ?? false,
        Internal = request.Internal,
        Attachable = request.Attachable,
        ConfigOnly = request.ConfigOnly,
        ConfigFrom = request.ConfigFrom?.Network ?? "",
        Options = request.Options ?? [],
        Labels = request.Labels ?? [],
        IpamDriver = request.IPAM is { Driver: { Length: > 0 } driver } ? driver : "default",
        IpamOptions = request.IPAM?.Options,
        Pools = asked,
    };

    private Dictionary<string, string> WithDefaults(NetworkCreateRequest request)
    {
        var all = new Dictionary<string, string>(request.Options ?? [], StringComparer.Ordinal);
        var driver = request.Driver.Length > 0 ? request.Driver : NetworkName.Bridge;
        if (request.ConfigFrom is not { Network.Length: > 0 })
        {
            foreach (var option in options.DriverOptions.Where(option => option.Driver == driver)) all.TryAdd(option.Name, option.Value);
        }

        return all;
    }

    private AddressPool[] SubnetsOf(string configuration) => networks.FindName(configuration)?.Document.Asked ?? [];
}
