using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Poll;
using Gantry.Linux.Processes;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>The id mappings of a new user namespace, which only its parent may write (user_namespaces(7)).</summary>
internal static class IdMaps
{
    public static void Write(int pid, ContainerSpec spec)
    {
        var (uids, gids) = (spec.Linux?.UidMappings ?? [], spec.Linux?.GidMappings ?? []);
        if (IsOwnIdAlone(uids, HostUser.EffectiveUserId) && IsOwnIdAlone(gids, HostUser.EffectiveGroupId) && !HostUser.MaySetIds)
        {
            // A process without privileges may map itself, once it has given up changing its groups.
            HostFile.Write(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/setgroups"), "deny");
        }

        WriteMap("uid", pid, uids, HostUser.EffectiveUserId);
        WriteMap("gid", pid, gids, HostUser.EffectiveGroupId);
        WriteOomScore(pid, spec.Process?.OomScoreAdj);
    }

    /// <summary>For a process of a user namespace, which may not lower it (proc_pid_oom_score_adj(5)).</summary>
    public static void WriteOomScore(int pid, int? score)
    {
        if (score is not { } given)
        {
            return;
        }

        try
        {
            HostFile.Write(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/oom_score_adj"), given.ToString(CultureInfo.InvariantCulture));
        }
        catch (LinuxException e) when (e.Errno == Errno.EACCES && !HostUser.IsPrivileged)
        {
            // An ordinary user may only raise it, and not that of a process that nobody may look into.
        }
    }

    /// <summary>Whether processes of the new namespace may have supplementary groups.</summary>
    public static bool MaySetGroups(ContainerSpec spec) =>
        HostUser.MaySetIds || !IsOwnIdAlone(spec.Linux?.GidMappings ?? [], HostUser.EffectiveGroupId);

    /// <summary>Whether processes of the user namespace that a process is in may.</summary>
    public static bool MaySetGroups(int pid)
    {
        try
        {
            return HostFile.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/setgroups")).Trim() != "deny";
        }
        catch (LinuxException)
        {
            return true;
        }
    }

    public static string Lines(IReadOnlyList<IdMapping>? mappings) =>
        string.Concat((mappings ?? []).Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.ContainerId} {m.HostId} {m.Size}\n")));

    private static bool IsOwnIdAlone(IReadOnlyList<IdMapping> mappings, uint own) => mappings is [{ Size: 1 } one] && one.HostId == own;

    private static void WriteMap(string kind, int pid, IReadOnlyList<IdMapping> mappings, uint own)
    {
        if (HostUser.MaySetIds || IsOwnIdAlone(mappings, own))
        {
            try
            {
                HostFile.Write(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{kind}_map"), Lines(mappings));
                return;
            }
            catch (LinuxException e)
            {
                throw new InvalidArgumentException(
                    $"linux.{kind}Mappings: {Lines(mappings).TrimEnd().Replace("\n", ", ", StringComparison.Ordinal)}: the kernel refuses them: {LinuxException.Describe(e.Errno)}: they may overlap, or reach beyond what this process may map", e);
            }
        }

        WriteByHelper(kind, pid, mappings);
    }

    /// <summary>newuidmap(1) and newgidmap(1) may write what /etc/subuid and /etc/subgid give to the user.</summary>
    private static void WriteByHelper(string kind, int pid, IReadOnlyList<IdMapping> mappings)
    {
        var program = $"/usr/bin/new{kind}map";
        List<string> arguments = [program, pid.ToString(CultureInfo.InvariantCulture)];
        arguments.AddRange(mappings.SelectMany(m => new[] { m.ContainerId, m.HostId, m.Size }).Select(n => n.ToString(CultureInfo.InvariantCulture)));
        using var output = MemoryFile.Create("output");
        try
        {
            using var process = PidFd.Open(ProcessSpawner.Spawn(new()
            {
                Program = program, Arguments = arguments, Environment = [], Descriptors = [new(output, 1), new(output, 2)],
            }));
            if (process.Wait().Code == 0)
            {
                return;
            }
        }
        catch (LinuxException e)
        {
            throw new UnsupportedException(
                $"linux.{kind}Mappings: {program} is needed to map more than one's own id without privileges, and cannot be run: install uidmap", e);
        }

        throw new InvalidArgumentException(
            $"linux.{kind}Mappings: {program} refuses them: {System.Text.Encoding.UTF8.GetString(MemoryFile.ReadAll(output)).Trim()}; /etc/sub{kind} says what this user may map");
    }
}
