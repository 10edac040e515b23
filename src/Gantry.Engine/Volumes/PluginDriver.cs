using Gantry.Engine.Extensions;
using Gantry.Spec;

namespace Gantry.Engine.Volumes;

/// <summary>Volumes of another program, over Docker's volume plug-in protocol.</summary>
internal sealed class PluginDriver : IVolumeDriver, IDisposable
{
    private readonly PluginClient client;

    private PluginDriver(string name, PluginClient client) => (Name, this.client) = (name, client);

    public string Name { get; }

    public string Scope { get; private set; } = "local";

    /// <summary>Speaks to the plug-in of a name; null where there is none, or none for volumes.</summary>
    public static PluginDriver? TryActivate(string name)
    {
        if (PluginClient.TryActivate("volume driver", name, "VolumeDriver") is not { } client)
        {
            return null;
        }

        var driver = new PluginDriver(name, client);
        try
        {
            driver.Scope = driver.ReadScope();
            return driver;
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    public void Create(VolumeRecord volume) => Call("VolumeDriver.Create", new() { Name = volume.Name, Opts = volume.Options ?? [] });

    public void Remove(VolumeRecord volume) => Call("VolumeDriver.Remove", new() { Name = volume.Name });

    public string Mountpoint(VolumeRecord volume)
    {
        try
        {
            return Call("VolumeDriver.Path", new() { Name = volume.Name }).Mountpoint ?? "";
        }
        catch (GantryException)
        {
            // A list must not fail because one driver is away; who mounts the volume gets to know it.
            return "";
        }
    }

    public VolumeSource Mount(VolumeRecord volume, string user) =>
        Call("VolumeDriver.Mount", new() { Name = volume.Name, ID = user }).Mountpoint is { Length: > 0 } path
            ? new(path)
            : throw new InternalException($"volume driver {Name} mounted {volume.Name} and did not say where");

    public void Unmount(VolumeRecord volume, string user) => Call("VolumeDriver.Unmount", new() { Name = volume.Name, ID = user });

    public Dictionary<string, string>? Status(VolumeRecord volume)
    {
        try
        {
            return Call("VolumeDriver.Get", new() { Name = volume.Name }).Volume?.Status?.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        }
        catch (GantryException)
        {
            return null;
        }
    }

    /// <summary>All volumes that the driver knows, whoever made them.</summary>
    public IReadOnlyList<VolumeRecord> List() =>
    [
        .. (Call("VolumeDriver.List", new()).Volumes ?? []).Where(volume => volume.Name is { Length: > 0 })
            .Select(volume => new VolumeRecord { Name = volume.Name!, Driver = Name, Created = Time(volume.CreatedAt) }),
    ];

    public void Dispose() => client.Dispose();

    private static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var time) ? time : DateTimeOffset.UnixEpoch;

    private string ReadScope()
    {
        try
        {
            return Call("VolumeDriver.Capabilities", new()).Capabilities?.Scope?.ToLowerInvariant() is "global" ? "global" : "local";
        }
        catch (GantryException)
        {
            // Older drivers do not know the question.
            return "local";
        }
    }

    private PluginAnswer Call(string method, PluginRequest request) =>
        client.Call(method, request, PluginJson.Default.PluginRequest, PluginJson.Default.PluginAnswer);
}
