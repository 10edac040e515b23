using Gantry.Engine.Containers;
using Gantry.Spec;

namespace Gantry.Engine.Validation;

/// <summary>What <c>--security-opt</c> asks for.</summary>
internal sealed record SecurityOptions
{
    public bool NoNewPrivileges { get; init; }

    /// <summary>Null: the default profile; <c>unconfined</c>: none; else the profile's JSON.</summary>
    public string? Seccomp { get; init; }

    public bool WritableCgroups { get; init; }

    public static SecurityOptions Parse(IEnumerable<string>? options, ContainerDefaults defaults)
    {
        var result = new SecurityOptions { NoNewPrivileges = defaults.NoNewPrivileges, Seccomp = Profile(defaults.SeccompProfile) };
        foreach (var option in options ?? [])
        {
            var at = option.AsSpan().IndexOfAny('=', ':');
            var (name, value) = at < 0 ? (option, "") : (option[..at], option[(at + 1)..]);
            result = name switch
            {
                "no-new-privileges" => result with { NoNewPrivileges = Flag(option, value) },
                "seccomp" => result with { Seccomp = value is "" ? result.Seccomp : value is "builtin" ? null : value },
                "writable-cgroups" => result with { WritableCgroups = Flag(option, value) },
                "apparmor" when value == "unconfined" => result,
                "label" when value == "disable" => result,
                "apparmor" => throw new UnsupportedException($"--security-opt {option} is not supported: AppArmor profiles are not loaded here"),
                "label" => throw new UnsupportedException($"--security-opt {option} is not supported: SELinux labels are not set here"),
                _ => throw new InvalidArgumentException($"invalid --security-opt 2: \"{option}\""),
            };
        }

        return result;
    }

    private static string? Profile(string setting)
    {
        try
        {
            return setting switch { "builtin" or "" => null, "unconfined" => setting, _ => File.ReadAllText(setting) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidArgumentException($"the daemon's seccomp profile {setting} cannot be read: {e.Message}", e);
        }
    }

    private static bool Flag(string option, string value) => value switch
    {
        "" or "true" or "1" => true,
        "false" or "0" => false,
        _ => throw new InvalidArgumentException($"invalid --security-opt 2: \"{option}\""),
    };
}
