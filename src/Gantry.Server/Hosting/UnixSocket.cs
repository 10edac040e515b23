using System.Net.Sockets;
using Gantry.Engine.Host;
using Gantry.Spec;

namespace Gantry.Server.Hosting;

/// <summary>The file of a listening Unix socket: made free before, given to its group after.</summary>
internal static class UnixSocket
{
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Removes a socket that a daemon left behind; one that somebody still listens on is a conflict.</summary>
    public static void Free(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory)
        {
            Directory.CreateDirectory(directory);
        }

        if (Directory.Exists(path))
        {
            throw new ConflictException($"{path} is a directory, a socket is to be made there");
        }

        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }

        throw new ConflictException($"another daemon listens on {path}; give this one another --host, or stop that one");
    }

    /// <summary>Whoever may write to the socket is root on this machine: owner and group only.</summary>
    /// <param name="group">A group that must exist; null means <c>docker</c> or <c>gantry</c>, if there is one.</param>
    public static void Protect(string path, string? group)
    {
        var id = group is null
            ? HostFile.FindGroup("docker") ?? HostFile.FindGroup("gantry")
            : HostFile.FindGroup(group) ?? throw new InvalidArgumentException($"there is no group \"{group}\" to give the socket to");
        if (id is { } number)
        {
            HostFile.SetGroup(path, number);
        }

        File.SetUnixFileMode(path, OwnerAndGroup);
    }
}
