using System.Globalization;
using System.Runtime.InteropServices;

namespace Gantry.Runtime.Monitor.Client;

/// <summary>What it takes to start a container's monitor.</summary>
public sealed record MonitorSpawn
{
    /// <summary>The bundle: <c>config.json</c> and <c>monitor.json</c> are in it.</summary>
    public required string Bundle { get; init; }

    /// <summary>What <c>monitor.json</c> says.</summary>
    public required MonitorSettings Settings { get; init; }

    /// <summary>What config.json has as the path of the network namespace where <see cref="NetworkNamespace"/> is given.</summary>
    public const string NetworkNamespacePath = "netns-fd";

    /// <summary>An open <c>ns/net</c> file for the container to join; the caller may close its own.</summary>
    public SafeHandle? NetworkNamespace { get; init; }

    /// <summary>The container's root as a detached mount; the caller may close its own once this is spawned. Null: <c>root.path</c>.</summary>
    public SafeHandle? RootFilesystem { get; init; }

    /// <summary>Detached mounts that config.json has by the source <c>mount-fd:N</c>, N counted from 0. As with the root, the caller may close its own.</summary>
    public IReadOnlyList<SafeHandle> Mounts { get; init; } = [];

    /// <summary>What config.json names as the source of the mount at an index of <see cref="Mounts"/>.</summary>
    public static string MountSource(int index) => string.Create(CultureInfo.InvariantCulture, $"mount-fd:{index}");
}
