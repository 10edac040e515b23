using System.Text;
using Gantry.Engine.Containers;
using Gantry.Engine.Networks;

namespace Gantry.Engine.Bundles;

/// <summary>Writes what a container sees as /etc/hosts, /etc/hostname and /etc/resolv.conf.</summary>
internal static class HostFiles
{
    private const string Localhost =
        "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

    /// <summary>Where in a container they are, and where on the host, once it has been started.</summary>
    /// <param name="paths">Of the engine.</param>
    /// <param name="owner">The container whose network it has.</param>
    public static IEnumerable<(string Destination, string Source)> Of(EnginePaths paths, string owner) =>
        [("/etc/resolv.conf", paths.ResolvConf(owner)), ("/etc/hostname", paths.Hostname(owner)), ("/etc/hosts", paths.Hosts(owner))];

    /// <summary>The container whose files these are: the one whose network it shares, or itself.</summary>
    public static string OwnerOf(ContainerRecord container) => NetworkName.IsContainer(container.HostConfig.NetworkMode)
        ? container.HostConfig.NetworkMode[NetworkName.ContainerPrefix.Length..]
        : container.Id;

    public static string HostName(ContainerRecord container) =>
        container.HostConfig.UTSMode == "host" || (container.HostConfig.NetworkMode == NetworkName.Host && container.Config.Hostname.Length == 0)
            ? Environment.MachineName
            : container.Config.Hostname;

    public static void Write(EnginePaths paths, ContainerRecord container, NetworkAttachment network)
    {
        if (network.SharedWith is not null)
        {
            // It sees those of the container whose network it shares.
            return;
        }

        var id = container.Id;
        File.WriteAllText(paths.Hostname(id), HostName(container) + "\n");
        File.WriteAllText(paths.Hosts(id), Hosts(network));
        File.WriteAllText(paths.ResolvConf(id), network.ResolvConf);
    }

    /// <summary>Adds lines to and takes lines from a running container's /etc/hosts; what its programs wrote there stays. The file is the same one: it is mounted.</summary>
    public static void UpdateHosts(EnginePaths paths, string id, Func<string, bool> isGone, IEnumerable<string> added)
    {
        var path = paths.Hosts(id);
        if (File.Exists(path))
        {
            var lines = File.ReadAllLines(path).Where(line => !isGone(line)).Concat(added);
            File.WriteAllText(path, string.Concat(lines.Select(line => line + "\n")));
        }
    }

    private static string Hosts(NetworkAttachment network)
    {
        var text = new StringBuilder(network.IsHost && File.Exists("/etc/hosts") ? File.ReadAllText("/etc/hosts") : network.IsHost ? "" : Localhost);
        if (text.Length > 0 && text[^1] != '\n')
        {
            text.Append('\n');
        }

        foreach (var line in network.HostsEntries)
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }
}
