using System.Security.Cryptography;
using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Images.Content;
using Gantry.Spec;
using Gantry.Spec.Engine;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Volumes;

/// <summary>The volume endpoints' backend, and what containers need of volumes. Who uses a volume follows from the containers' records alone.</summary>
internal sealed partial class VolumeService(
    VolumeStore store, VolumeDrivers drivers, ContainerStore containers, EventBus bus, TimeProvider time, ILogger logger) : IVolumeBackend
{
    /// <summary>Held while a volume comes or goes: a driver that does not answer holds up its own volumes alone.</summary>
    private readonly KeyedLocks<string> names = new();

    /// <summary>Volumes of containers that are being created and have no record yet; locked while it is read or changed.</summary>
    private readonly List<string> reserved = [];

    public Task<VolumeListResponse> ListVolumesAsync(Filters filters, CancellationToken cancellationToken)
    {
        var filter = new VolumeFilter(filters);
        var used = Used();
        return Task.FromResult(new VolumeListResponse
        {
            Volumes = [.. store.All()
                .Concat(drivers.ListForeign().Where(volume => store.Find(volume.Name) is null))
                .Where(volume => filter.Matches(volume, used.ContainsKey(volume.Name)))
                .OrderBy(volume => volume.Name, StringComparer.Ordinal)
                .Select(volume => Describe(volume))],
        });
    }

    public Task<Volume> CreateVolumeAsync(VolumeCreateRequest request, CancellationToken cancellationToken)
    {
        if (request.ClusterVolumeSpec is not null)
        {
            throw new UnavailableException("volume create only valid for cluster volumes, but swarm is unavailable");
        }

        var anonymous = request.Name.Length == 0;
        var volume = new VolumeRecord
        {
            Name = anonymous ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) : request.Name,
            Driver = request.Driver.Length == 0 ? VolumeRecord.LocalDriver : request.Driver,
            Created = time.GetUtcNow(),
            Labels = anonymous ? new(request.Labels ?? [], StringComparer.Ordinal) { [VolumeRecord.AnonymousLabel] = "" } : request.Labels,
            Options = request.DriverOpts is { Count: > 0 } options ? options : null,
        };
        using (names.Acquire(volume.Name))
        {
            return Task.FromResult(Describe(Create(volume, driverIsGiven: request.Driver.Length > 0, out _)));
        }
    }

    public Task<Volume> InspectVolumeAsync(string name, CancellationToken cancellationToken)
    {
        var volume = Get(name);
        return Task.FromResult(Describe(volume) with { Status = drivers.Get(volume.Driver).Status(volume) });
    }

    public Task RemoveVolumeAsync(string name, bool force, CancellationToken cancellationToken)
    {
        using (names.Acquire(name))
        {
            if ((store.Find(name) ?? drivers.ListForeign().FirstOrDefault(volume => volume.Name == name)) is not { } volume)
            {
                return force ? Task.CompletedTask : throw NotFound(name);
            }

            if (UsersOf(name) is { Count: > 0 } users)
            {
                throw new ConflictException($"remove {name}: volume is in use - [{string.Join(", ", users)}]");
            }

            Remove(volume, force);
        }

        return Task.CompletedTask;
    }

    public Task<VolumesPruneResponse> PruneVolumesAsync(Filters filters, CancellationToken cancellationToken)
    {
        filters.RequireKnown("all", "label", "label!");
        var all = filters.Flag("all") == true;
        var removed = new List<string>();
        long freed = 0;
        foreach (var volume in store.All().OrderBy(volume => volume.Name, StringComparer.Ordinal))
        {
            if (volume.Driver != VolumeRecord.LocalDriver || !(all || volume.IsAnonymous)
                || !LabelFilter.AllowsPruning(filters, volume.Labels))
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            using (names.Acquire(volume.Name))
            {
                if (store.Find(volume.Name) is null || UsersOf(volume.Name).Count > 0)
                {
                    continue;
                }

                freed += SizeOf(volume);
                Remove(volume, force: false);
                removed.Add(volume.Name);
            }
        }

        bus.Publish("volume", "prune", "", new() { ["reclaimed"] = freed.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        return Task.FromResult(new VolumesPruneResponse { VolumesDeleted = [.. removed], SpaceReclaimed = freed });
    }

    /// <summary>The volumes that are directories here, with who uses them and what they take on the disk.</summary>
    public IReadOnlyList<Volume> Measure()
    {
        var used = Used();
        return [.. store.All().Where(IsDirectory).OrderBy(volume => volume.Name, StringComparer.Ordinal).AsParallel().AsOrdered().Select(volume => Describe(volume) with
        {
            UsageData = new() { RefCount = used.GetValueOrDefault(volume.Name), Size = SizeOf(volume) },
        })];
    }

    private VolumeRecord Get(string name) =>
        store.Find(name) ?? drivers.ListForeign().FirstOrDefault(volume => volume.Name == name) ?? throw NotFound(name);

    private static NotFoundException NotFound(string name) => new($"get {name}: no such volume");

    private Volume Describe(VolumeRecord volume) => new()
    {
        CreatedAt = volume.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        Driver = volume.Driver,
        Labels = volume.Labels,
        Mountpoint = drivers.Find(volume.Driver)?.Mountpoint(volume) ?? "",
        Name = volume.Name,
        Options = volume.Options,
        Scope = drivers.Find(volume.Driver)?.Scope ?? "local",
    };

    /// <summary>The volume of that name, made if there is none. The caller holds the name.</summary>
    private VolumeRecord Create(VolumeRecord wanted, bool driverIsGiven, out bool isNew)
    {
        isNew = false;
        if (store.Find(wanted.Name) is { } there)
        {
            if (driverIsGiven && there.Driver != wanted.Driver)
            {
                _ = drivers.Get(wanted.Driver, $"create {wanted.Name}: ");
                throw new ConflictException($"create {wanted.Name}: conflict: volume name must be unique: it is there with driver {there.Driver}");
            }

            // With other options and labels too, as Docker: the volume that is there is the answer.
            return there;
        }

        if (wanted.Driver == VolumeRecord.LocalDriver)
        {
            Mounts.VolumeSpec.RequireVolumeName(wanted.Name);
        }

        drivers.Get(wanted.Driver, $"create {wanted.Name}: ").Create(wanted);
        store.Add(wanted);
        isNew = true;
        bus.Publish("volume", "create", wanted.Name, new() { ["driver"] = wanted.Driver });
        return wanted;
    }

    /// <summary>The caller holds the name and knows that nobody uses it.</summary>
    private void Remove(VolumeRecord volume, bool force)
    {
        try
        {
            drivers.Get(volume.Driver).Remove(volume);
        }
        catch (GantryException e) when (force && e is not ConflictException)
        {
            LogLost(logger, volume.Name, volume.Driver, e.Message);
        }

        store.Delete(volume.Name);
        if (volume.Driver == VolumeRecord.LocalDriver)
        {
            drivers.Local.FinishRemoval(volume);
        }

        bus.Publish("volume", "destroy", volume.Name, new() { ["driver"] = volume.Driver });
    }

    private List<string> UsersOf(string name)
    {
        // A container that gets its record meanwhile counts twice, not never.
        int coming;
        lock (reserved)
        {
            coming = reserved.Count(other => other == name);
        }

        return
        [
            .. Enumerable.Repeat("a container being created", coming),
            .. containers.All().Where(container => container.Record.Mounts.Any(mount => Uses(mount, name))).Select(container => container.Id),
        ];
    }

    private static bool Uses(Mounts.MountRecord mount, string name) => mount.Type == "volume" && mount.Name == name;

    private Dictionary<string, int> Used() => containers.All()
        .SelectMany(container => container.Record.Mounts.Where(mount => mount is { Type: "volume", Name: not null }).Select(mount => mount.Name!).Distinct())
        .CountBy(name => name).ToDictionary(StringComparer.Ordinal);

    private long SizeOf(VolumeRecord volume) => IsDirectory(volume) ? drivers.Local.DiskSpaceOf(volume) : 0;

    private static bool IsDirectory(VolumeRecord volume) => volume.Driver == VolumeRecord.LocalDriver && LocalOptions.IsDirectory(volume);

    [LoggerMessage(Level = LogLevel.Warning, Message = "volume {Name} is forgotten although driver {Driver} failed to remove it: {Reason}")]
    private static partial void LogLost(ILogger logger, string name, string driver, string reason);
}
