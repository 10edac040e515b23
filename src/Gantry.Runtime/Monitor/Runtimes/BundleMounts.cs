using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Runtime.Monitor.Server;

namespace Gantry.Runtime.Monitor.Runtimes;

/// <summary>
/// What a container was given as descriptors, at paths below its bundle: other runtimes know only paths. Nobody but this
/// monitor and the runtimes it starts sees it there.
/// </summary>
public sealed class BundleMounts : IDisposable
{
    private const string RootName = "rootfs";
    private const string NetworkName = "netns";
    private readonly HiddenMounts mounts;

    private BundleMounts(string bundle) => mounts = new HiddenMounts(bundle);

    /// <summary>What config.json names as the network namespace's path.</summary>
    public static string NetworkNamespaceOf(string bundle) => Path.Combine(bundle, NetworkName);

    /// <summary>What config.json names as the source of the mount at an index of <see cref="Client.MonitorSpawn.Mounts"/>.</summary>
    public static string SourceOf(string bundle, int index) => Path.Combine(bundle, string.Create(CultureInfo.InvariantCulture, $"mount-{index}"));

    /// <summary>Attaches all of it; the descriptors stay the caller's.</summary>
    internal static BundleMounts Attach(GivenContainer given)
    {
        var made = new BundleMounts(given.Bundle);
        try
        {
            if (given.RootFilesystem is { } root)
            {
                made.mounts.Attach(root, Path.Combine(given.Bundle, RootName));
            }

            if (given.NetworkNamespace is { } network)
            {
                using var bound = DetachedMount.Clone(network);
                made.Attach(bound, NetworkNamespaceOf(given.Bundle), isDirectory: false);
            }

            for (var i = 0; i < given.Mounts.Count; i++)
            {
                made.Attach(given.Mounts[i], SourceOf(given.Bundle, i), Directory.Exists($"/proc/self/fd/{given.Mounts[i].Number}"));
            }

            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    public void Dispose() => mounts.Dispose();

    private void Attach(FileDescriptor mount, string path, bool isDirectory)
    {
        if (isDirectory)
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            File.WriteAllBytes(path, []);
        }

        mounts.Attach(mount, path);
    }
}
