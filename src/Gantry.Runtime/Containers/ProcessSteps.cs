using System.Globalization;
using System.Runtime.InteropServices;
using Gantry.Linux.Plans;
using Gantry.Linux.Processes;
using Gantry.Runtime.Seccomp;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Containers;

/// <summary>The steps that an init and a further process have in common: all that <c>process</c> of config.json says.</summary>
/// <param name="root">Host path of the container's root, for what only its files say.</param>
internal sealed class ProcessSteps(Plan plan, ProcessSpec process, LinuxSpec? linux, string root, string? seccompCache, Action<string>? warn)
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private readonly UserSpec user = process.User ?? new();

    /// <summary>Run by the process itself, in the container, before its program.</summary>
    public IReadOnlyList<HookStep> StartHooks { get; init; } = [];

    /// <summary>Whether it has a user namespace: then its parent does what that may not.</summary>
    public bool HasUserNamespace { get; init; }

    /// <summary>Whether its user namespace lets it change its groups.</summary>
    public bool MaySetGroups { get; init; } = true;

    /// <summary>What needs the host's /proc: while the process is still in the host's mount namespace.</summary>
    public void AddHostSide()
    {
        if (process.OomScoreAdj is { } score && !HasUserNamespace)
        {
            plan.WriteFile("/proc/self/oom_score_adj", score.ToString(CultureInfo.InvariantCulture));
        }

        if (AppArmor.IsWanted(process.ApparmorProfile))
        {
            plan.WriteFile(AppArmor.OnExecute, $"exec {process.ApparmorProfile}");
        }

        if (process.Scheduler is not null || process.IoPriority is not null)
        {
            plan.SetScheduling(Scheduling.Of(process.Scheduler), Scheduling.Of(process.IoPriority));
        }
    }

    public void AddStreams(StandardStreams streams)
    {
        for (var stream = 0; stream < 3; stream++)
        {
            var from = stream switch { 0 => streams.Input, 1 => streams.Output, _ => streams.Error };
            if (process.Terminal || from is not null)
            {
                plan.RedirectStandardStream(stream, process.Terminal ? null : from);
            }

            if (user.Uid != 0)
            {
                plan.ChownStandardStream(stream, user.Uid, user.Gid);
            }
        }
    }

    /// <summary>Privileges, working directory, program.</summary>
    /// <param name="wait">Reports that it is ready and waits for the signal, or the parent where that is null.</param>
    public void AddTail(int preservedDescriptors, SafeHandle? startSignal, bool wait, bool dieWithParent = false)
    {
        plan.CloseOnExecute(3 + preservedDescriptors);
        if (linux?.Personality is { } personality)
        {
            plan.SetPersonality(Personality.Of(personality), personality.Domain);
        }

        foreach (var limit in process.Rlimits ?? [])
        {
            plan.SetResourceLimit(Rlimits.NumberOf(limit.Type), $"{limit.Type} {limit.Soft} {limit.Hard}", limit.Soft, limit.Hard);
        }

        plan.ChangeDirectory(process.Cwd is { Length: > 0 } cwd ? cwd : "/", create: wait);
        if (process.NoNewPrivileges)
        {
            plan.ForbidNewPrivileges();
        }

        var available = Capabilities.Permitted;
        var bounding = Parse(process.Capabilities?.Bounding).Intersect(available);
        var permitted = Parse(process.Capabilities?.Permitted).Intersect(available);
        var effective = Parse(process.Capabilities?.Effective).Intersect(permitted);
        var inheritable = Parse(process.Capabilities?.Inheritable).Intersect(available);
        var ambient = Parse(process.Capabilities?.Ambient).Intersect(permitted).Intersect(inheritable);
        WarnAboutMissing(available);
        plan.DropBoundingCapabilities(bounding).KeepCapabilities().SetGid(user.Gid);
        if (MaySetGroups || user.AdditionalGids is { Count: > 0 })
        {
            plan.SetGroups(user.AdditionalGids ?? []);
        }

        plan.SetUid(user.Uid);
        if (user.Umask is { } umask)
        {
            plan.SetUmask(umask);
        }

        var filter = SeccompFilters.Get(linux, seccompCache);
        var candidates = Candidates();
        // A listener goes to the parent, which is there until the process is ready.
        var early = filter is not null && (!process.NoNewPrivileges || filter.HasListener);
        // Without no_new_privs the kernel takes a filter from CAP_SYS_ADMIN only, so it stays until the filter is in.
        plan.SetCapabilities(effective, early ? available : permitted, inheritable);
        plan.FindExecutable(candidates, process.Args![0]);
        if (early)
        {
            plan.SetCapabilities(available, available, inheritable).LoadSeccomp(filter!.Program, filter.Flags);
            plan.SetCapabilities(effective, permitted, inheritable);
        }

        plan.SetAmbientCapabilities(ambient);
        if (dieWithParent)
        {
            plan.DieWithParent();
        }

        if (wait)
        {
            plan.ReportReady().AwaitStart(startSignal);
        }

        foreach (var hook in StartHooks)
        {
            plan.RunHook(hook);
        }

        if (filter is not null && !early)
        {
            plan.LoadSeccomp(filter.Program, filter.Flags);
        }

        plan.Execute(candidates, process.Args!, Environment());
    }

    /// <summary>Where the program may be: itself when it names a directory, else once for each entry of the container's PATH.</summary>
    private List<string> Candidates()
    {
        var name = process.Args![0];
        if (name.Contains('/', StringComparison.Ordinal))
        {
            return [name];
        }

        var path = (process.Env ?? []).LastOrDefault(e => e.StartsWith("PATH=", StringComparison.Ordinal))?[5..] ?? DefaultPath;
        return [.. path.Split(':').Select(d => d.Length == 0 ? "./" + name : d.TrimEnd('/') + "/" + name)];
    }

    private List<string> Environment()
    {
        List<string> environment = [.. process.Env ?? []];
        if (!environment.Exists(e => e.StartsWith("HOME=", StringComparison.Ordinal)))
        {
            environment.Add("HOME=" + HomeDirectory.Of(root, user.Uid));
        }

        return environment;
    }

    private static CapabilitySet Parse(IReadOnlyList<string>? names)
    {
        var set = CapabilitySet.Empty;
        foreach (var name in names ?? [])
        {
            set = CapabilitySet.TryParse(name, out var one) ? set.Union(one) : set;
        }

        return set;
    }

    private void WarnAboutMissing(CapabilitySet available)
    {
        if (warn is null)
        {
            return;
        }

        var missing = Parse(process.Capabilities?.Permitted).Union(Parse(process.Capabilities?.Bounding)).Except(available);
        if (missing != CapabilitySet.Empty)
        {
            warn($"left out {missing}, which this process does not have itself");
        }

        foreach (var name in (process.Capabilities?.Permitted ?? []).Where(n => !CapabilitySet.TryParse(n, out _)))
        {
            warn($"left out unknown capability {name}");
        }
    }
}
