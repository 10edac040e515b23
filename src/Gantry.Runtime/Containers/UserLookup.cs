using System.Globalization;
using System.Text;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Runtime.Containers;

/// <summary>Who a container's process is.</summary>
/// <param name="Groups">All its groups, the primary one first.</param>
public sealed record UserIdentity(uint UserId, uint GroupId, uint[] Groups, string Home);

/// <summary>Resolves <c>user[:group]</c> with the passwd(5) and group(5) files of the container.</summary>
public static class UserLookup
{
    private const int FileLimit = 8 << 20;

    public static UserIdentity Resolve(RootedDirectory root, string user, IEnumerable<string>? additional)
    {
        var (userPart, groupPart) = user.Split(':', 2) is [var left, var right] ? (left, right) : (user, "");
        var isNumber = TryId(userPart, out var number);
        if (userPart.Length == 0)
        {
            (isNumber, number) = (true, 0);
        }

        var entry = Lines(root, "/etc/passwd").FirstOrDefault(line =>
            line.Length >= 6 && (line[0] == userPart || (isNumber && TryId(line[2], out var id) && id == number)));
        if (entry is null && !isNumber)
        {
            throw new NotFoundException($"unable to find user {userPart}: no matching entries in passwd file");
        }

        var userId = entry is not null && TryId(entry[2], out var uid) ? uid : number;
        var groupId = entry is not null && TryId(entry[3], out var gid) ? gid : 0;
        var groups = new List<uint>();
        string[][]? file = null;
        if (groupPart.Length > 0)
        {
            groupId = FindGroup(file ??= [.. Lines(root, "/etc/group")], groupPart);
        }
        else if (entry is not null)
        {
            file ??= [.. Lines(root, "/etc/group")];
            groups.AddRange(file
                .Where(line => line.Length >= 4 && line[3].Split(',').Contains(entry[0]) && TryId(line[2], out _))
                .Select(line => uint.Parse(line[2], CultureInfo.InvariantCulture)));
        }

        foreach (var name in additional ?? [])
        {
            groups.Add(FindGroup(file ??= [.. Lines(root, "/etc/group")], name));
        }

        var home = entry is { Length: >= 6 } && entry[5].Length > 0 ? entry[5] : "/";
        return new(userId, groupId, [groupId, .. groups.Where(group => group != groupId).Distinct()], home);
    }

    private static uint FindGroup(string[][] file, string name)
    {
        var isNumber = TryId(name, out var number);
        var line = Array.Find(file, line => line.Length >= 3 && line[0] == name && TryId(line[2], out _));
        return line is not null ? uint.Parse(line[2], CultureInfo.InvariantCulture)
            : isNumber ? number
            : throw new NotFoundException($"unable to find group {name}: no matching entries in group file");
    }

    /// <summary>A number that can be an id; the kernel takes the highest for "as before".</summary>
    public static bool TryId(string text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id <= int.MaxValue;

    private static IEnumerable<string[]> Lines(RootedDirectory root, string path)
    {
        // NonBlocking: an image may have put a fifo there.
        using var handle = root.TryOpenFile(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        if (handle is null || handle.Stat().Kind != FileKind.Regular)
        {
            return [];
        }

        var length = (int)Math.Min(RandomAccess.GetLength(handle), FileLimit);
        var bytes = new byte[length];
        length = RandomAccess.Read(handle, bytes, 0);
        return Encoding.UTF8.GetString(bytes, 0, length)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split(':'));
    }
}
