using Gantry.Linux.Mounts;

namespace Gantry.Runtime.Containers;

/// <summary>The options of a mount of config.json, sorted by what the kernel does with them (config.md, mount options).</summary>
internal sealed class MountOptions
{
    public bool IsBind { get; private set; }

    /// <summary>With what is mounted in the source.</summary>
    public bool IsRecursive { get; private set; }

    public MountAttributes Set { get; private set; }

    public MountAttributes Clear { get; private set; }

    public MountAttributes SetRecursive { get; private set; }

    public MountAttributes ClearRecursive { get; private set; }

    public MountPropagation Propagation { get; private set; }

    public bool IsPropagationRecursive { get; private set; }

    /// <summary>Those of the file system.</summary>
    public List<string> Data { get; } = [];

    /// <summary>Those that every file system knows, and a bind mount leaves as its source has them.</summary>
    public List<string> Superblock { get; } = [];

    /// <summary>A copy of what it covers is in a tmpfs from the start.</summary>
    public bool CopiesUp { get; private set; }

    /// <summary>Owners are shown through a mapping; recursive: also of what is mounted in it.</summary>
    public bool IsMapped { get; private set; }

    public bool IsMappedRecursively { get; private set; }

    /// <summary>The options that are not of a file system.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        "async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "idmap", "iversion", "lazytime", "loud", "mand", "noatime", "nodev", "nodiratime",
        "noexec", "noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid", "nosymfollow", "private", "ratime", "rbind", "rdev",
        "rdiratime", "relatime", "remount", "rexec", "ridmap", "rnoatime", "rnodev", "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime", "rnosuid",
        "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw",
        "shared", "silent", "slave", "strictatime", "suid", "symfollow", "sync", "tmpcopyup", "unbindable",
    ];

    public static MountOptions Parse(IReadOnlyList<string>? options)
    {
        var result = new MountOptions();
        foreach (var option in options ?? [])
        {
            result.Add(option);
        }

        return result;
    }

    private void Add(string option)
    {
        switch (option)
        {
            case "bind":
                IsBind = true;
                break;
            case "rbind":
                IsBind = IsRecursive = true;
                break;
            case "" or "defaults" or "remount" or "loud" or "silent" or "async" or "iversion" or "noiversion" or "nolazytime" or "nomand":
                break;
            case "dirsync" or "lazytime" or "mand" or "sync":
                Superblock.Add(option);
                break;
            case "tmpcopyup":
                CopiesUp = true;
                break;
            case "idmap" or "ridmap":
                IsMapped = true;
                IsMappedRecursively = option[0] == 'r';
                break;
            case "shared" or "rshared":
                SetPropagation(MountPropagation.Shared, option);
                break;
            case "slave" or "rslave":
                SetPropagation(MountPropagation.Slave, option);
                break;
            case "private" or "rprivate":
                SetPropagation(MountPropagation.Private, option);
                break;
            case "unbindable" or "runbindable":
                SetPropagation(MountPropagation.Unbindable, option);
                break;
            default:
                if (!TryAttribute(option, recursive: false) && !(option[0] == 'r' && TryAttribute(option[1..], recursive: true)))
                {
                    Data.Add(option);
                }

                break;
        }
    }

    private void SetPropagation(MountPropagation propagation, string option)
    {
        Propagation = propagation;
        IsPropagationRecursive = option[0] == 'r';
    }

    private bool TryAttribute(string option, bool recursive)
    {
        var (set, clear) = option switch
        {
            "ro" => (MountAttributes.ReadOnly, MountAttributes.None),
            "rw" => (MountAttributes.None, MountAttributes.ReadOnly),
            "nosuid" => (MountAttributes.NoSuid, MountAttributes.None),
            "suid" => (MountAttributes.None, MountAttributes.NoSuid),
            "nodev" => (MountAttributes.NoDev, MountAttributes.None),
            "dev" => (MountAttributes.None, MountAttributes.NoDev),
            "noexec" => (MountAttributes.NoExec, MountAttributes.None),
            "exec" => (MountAttributes.None, MountAttributes.NoExec),
            "nodiratime" => (MountAttributes.NoDirAtime, MountAttributes.None),
            "diratime" => (MountAttributes.None, MountAttributes.NoDirAtime),
            "noatime" => (MountAttributes.NoAtime, MountAttributes.AtimeMask),
            "strictatime" => (MountAttributes.StrictAtime, MountAttributes.AtimeMask),
            "relatime" or "atime" or "norelatime" or "nostrictatime" => (MountAttributes.None, MountAttributes.AtimeMask),
            "nosymfollow" => (MountAttributes.NoSymbolicLinkFollow, MountAttributes.None),
            "symfollow" => (MountAttributes.None, MountAttributes.NoSymbolicLinkFollow),
            _ => (MountAttributes.None, MountAttributes.None),
        };
        if (set == MountAttributes.None && clear == MountAttributes.None)
        {
            return false;
        }

        if (recursive)
        {
            SetRecursive = Merge(SetRecursive, set, clear);
            ClearRecursive = (ClearRecursive & ~set) | clear;
        }
        else
        {
            Set = Merge(Set, set, clear);
            Clear = (Clear & ~set) | clear;
        }

        return true;
    }

    private static MountAttributes Merge(MountAttributes before, MountAttributes set, MountAttributes clear) => (before & ~clear) | set;
}
