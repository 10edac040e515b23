using System.Text;
using Gantry.Engine.Containers;
using Gantry.Engine.Networks;

namespace Gantry.Engine.Bundles;

/// <summary>Writes what a container sees as /etc/hosts, /etc/hostname and /etc/resolv.conf.</summary>
internal static class HostFiles
{
    private const string Localhost =
        "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

    public static string HostName(ContainerRecord container) =>
        container.HostConfig.UTSMode == "host" || (container.HostConfig.NetworkMode == "host" && container.Config.Hostname.Length == 0)
            ? Environment.MachineName
            : container.Config.Hostname;

    public static void Write(EnginePaths paths, ContainerRecord container, NetworkAttachment network)
    {
        var id = container.Id;
        File.WriteAllText(paths.Hostname(id), HostName(container) + "\n");
        File.WriteAllText(paths.Hosts(id), Hosts(container, network));
        File.WriteAllText(paths.ResolvConf(id), ResolvConf(container));
    }

    private static string Hosts(ContainerRecord container, NetworkAttachment network)
    {
        var text = new StringBuilder(network.IsHost ? ReadHost("/etc/hosts") : Localhost);
        if (text.Length > 0 && text[^1] != '\n')
        {
            text.Append('\n');
        }

        foreach (var entry in container.HostConfig.ExtraHosts ?? [])
        {
            var at = entry.IndexOf(':');
            text.Append(entry.AsSpan(at + 1).Trim("[]")).Append('\t').Append(entry.AsSpan(0, at)).Append('\n');
        }

        foreach (var line in network.HostsEntries)
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static string ResolvConf(ContainerRecord container)
    {
        var host = container.HostConfig;
        var lines = ReadHost("/etc/resolv.conf").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (host.Dns is null or { Length: 0 } && host.DnsSearch is null or { Length: 0 } && host.DnsOptions is null or { Length: 0 })
        {
            return lines.Length == 0 ? "" : string.Join('\n', lines) + "\n";
        }

        var text = new StringBuilder();
        Append(text, lines, "nameserver", host.Dns, separate: true);
        // A search list of "." means none at all.
        Append(text, lines, "search", host.DnsSearch is ["."] ? [""] : host.DnsSearch, separate: false);
        Append(text, lines, "options", host.DnsOptions, separate: false);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string[] lines, string keyword, string[]? values, bool separate)
    {
        if (values is null or { Length: 0 })
        {
            foreach (var line in lines.Where(line => line.StartsWith(keyword + " ", StringComparison.Ordinal)))
            {
                text.Append(line).Append('\n');
            }
        }
        else if (separate)
        {
            foreach (var value in values)
            {
                text.Append(keyword).Append(' ').Append(value).Append('\n');
            }
        }
        else if (values is not [""])
        {
            text.Append(keyword).Append(' ').AppendJoin(' ', values).Append('\n');
        }
    }

    private static string ReadHost(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
    }
}
