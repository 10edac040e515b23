using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Engine.Networks;

/// <summary>A network while the daemon lives: its record and who is on it.</summary>
internal sealed class EngineNetwork(NetworkDocument document)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, EndpointRecord> endpoints = new(StringComparer.Ordinal);
    private NetworkDocument document = document;
    private bool isGoing;

    public NetworkDocument Document
    {
        get => Volatile.Read(ref document);
        set => Volatile.Write(ref document, value);
    }

    public NetworkRecord Record => Document.Record;

    public string Id => Record.Id;

    public string Name => Record.Name;

    /// <summary>Running containers on it, by container id.</summary>
    public IReadOnlyDictionary<string, EndpointRecord> Endpoints
    {
        get
        {
            lock (gate)
            {
                return new Dictionary<string, EndpointRecord>(endpoints, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Takes a container in; from here on the network cannot be removed.</summary>
    public void Enter(EndpointRecord endpoint)
    {
        lock (gate)
        {
            if (isGoing)
            {
                throw new NotFoundException($"network {Name} not found");
            }

            endpoints[endpoint.ContainerId] = endpoint;
        }
    }

    public void Leave(string containerId)
    {
        lock (gate)
        {
            endpoints.Remove(containerId);
        }
    }

    /// <summary>True when nobody is on it: nobody comes in any more, either, until <see cref="Stay"/>.</summary>
    public bool TryGo()
    {
        lock (gate)
        {
            return isGoing = endpoints.Count == 0;
        }
    }

    public void Stay()
    {
        lock (gate)
        {
            isGoing = false;
        }
    }
}
