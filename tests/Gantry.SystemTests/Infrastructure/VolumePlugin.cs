using System.Text.Json;

namespace Gantry.SystemTests.Infrastructure;

/// <summary>A volume plug-in as storage vendors write them: volumes as directories.</summary>
public sealed class VolumePlugin : IAsyncDisposable
{
    private readonly List<string> _calls = [];
    private readonly string _directory;
    private readonly PluginServer _server;

    /// <param name="socket">Where the daemons find it.</param>
    /// <param name="directory">Where its volumes are, under the same path for the daemons.</param>
    public VolumePlugin(string socket, string directory)
    {
        _directory = directory;
        _server = new PluginServer(socket, Answer);
    }

    /// <summary>Methods and volume names in the order they came.</summary>
    public string[] Calls
    {
        get { lock (_calls) return [.. _calls]; }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private string Answer(string method, JsonElement request)
    {
        var name = request.ValueKind == JsonValueKind.Object && request.TryGetProperty("Name", out var given) ? given.GetString() ?? "" : "";
        lock (_calls) _calls.Add($"{method} {name}".Trim());
        return Answer(method, name);
    }

    private string Answer(string method, string name)
    {
        var path = Path.Combine(_directory, name);
        switch (method)
        {
            case "Plugin.Activate":
                return "{\"Implements\":[\"VolumeDriver\"]}";
            case "VolumeDriver.Capabilities":
                return "{\"Capabilities\":{\"Scope\":\"global\"}}";
            case "VolumeDriver.Create" when name.EndsWith("-refused", StringComparison.Ordinal):
                return "{\"Err\":\"no room for it\"}";
            case "VolumeDriver.Create":
                Directory.CreateDirectory(path);
                return "{}";
            case "VolumeDriver.Remove":
                Directory.Delete(path, recursive: true);
                return "{}";
            case "VolumeDriver.Get":
                return Directory.Exists(path) ? $"{{\"Volume\":{{\"Name\":\"{name}\",\"Mountpoint\":\"{path}\",\"Status\":{{\"state\":\"fine\"}}}}}}" : "{\"Err\":\"no such volume\"}";
            case "VolumeDriver.List":
                return $"{{\"Volumes\":[{string.Join(',', Directory.EnumerateDirectories(_directory).Select(d => $"{{\"Name\":\"{Path.GetFileName(d)}\"}}"))}]}}";
            case "VolumeDriver.Mount" or "VolumeDriver.Path":
                return $"{{\"Mountpoint\":\"{path}\"}}";
            default:
                return "{}";
        }
    }
}
