namespace Gantry.Server.Hosting;

/// <summary>The group that may use the socket.</summary>
internal static class SystemGroup
{
    /// <summary>The first of <paramref name="names"/> (or numeric ids) that <c>/etc/group</c> has.</summary>
    public static uint? Find(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (uint.TryParse(name, out var id) || TryFind(name, out id))
            {
                return id;
            }
        }

        return null;
    }

    private static bool TryFind(string name, out uint id)
    {
        id = 0;
        return File.Exists("/etc/group")
            && File.ReadLines("/etc/group").Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 2 && fields[0] == name) is { } entry
            && uint.TryParse(entry[2], out id);
    }
}
