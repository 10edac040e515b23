using System.Globalization;
using Gantry.Linux.Sockets;

namespace Gantry.Network.Ports;

/// <summary>Finds out which program of the host has a port, for the sentence that says why another cannot.</summary>
internal static class PortHolders
{
    /// <summary>As <c>nginx, process 1234</c>; null when it is not to be found. In the calling thread's network namespace.</summary>
    public static string? Find(PortProtocol protocol, ushort port)
    {
        var name = protocol switch
        {
            PortProtocol.Tcp => "tcp",
            PortProtocol.Udp => "udp",
            _ => null,
        };
        if (name is null) return null;
        var sockets = SocketsOf("/proc/thread-self/net/" + name, protocol, port).Concat(SocketsOf($"/proc/thread-self/net/{name}6", protocol, port))
            .Select(inode => $"socket:[{inode}]").ToHashSet();
        if (sockets.Count == 0) return null;
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || !Holds(process, sockets)) continue;
            try
            {
                return $"{File.ReadAllText(process + "/comm").Trim()}, process {id}";
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }

        return null;
    }

    /// <summary>proc(5): sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode.</summary>
    private static IEnumerable<string> SocketsOf(string table, PortProtocol protocol, ushort port)
    {
        const int localAddress = 1, state = 3, inode = 9;
        const string listening = "0A";
        if (!File.Exists(table)) yield break;
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var line in File.ReadLines(table))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > inode && fields[localAddress].EndsWith(suffix, StringComparison.Ordinal)
                && (protocol != PortProtocol.Tcp || fields[state] == listening))
            {
                yield return fields[inode];
            }
        }
    }

    private static bool Holds(string process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(process + "/fd").Any(file => new FileInfo(file).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
