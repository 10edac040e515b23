using System.Text.Json;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Processes;
using Gantry.Linux.Seccomp;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Seccomp;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Commands;

/// <summary><c>spec</c> and <c>features</c>.</summary>
internal static class InformationCommands
{
    /// <summary>Writes a config.json to start from.</summary>
    public static int Spec(Arguments arguments)
    {
        var bundle = ".";
        var rootless = false;
        while (arguments.NextOption() is { } option)
        {
            if (option == "rootless")
            {
                rootless = arguments.Flag(option);
                continue;
            }

            bundle = option is "bundle" or "b" ? arguments.Value(option)
                : throw arguments.Unknown(option);
        }

        var file = Path.Combine(bundle, "config.json");
        if (File.Exists(file))
        {
            throw new ConflictException($"{file} exists already: remove it first");
        }

        File.WriteAllText(file, JsonSerializer.Serialize(rootless ? SpecTemplate.CreateRootless(HostUser.EffectiveUserId, HostUser.EffectiveGroupId) : SpecTemplate.Create(), RuntimeJson.Indented.ContainerSpec) + "\n");
        return 0;
    }

    public static int Features()
    {
        var layout = CgroupLayout.Current;
        var features = new RuntimeFeatures
        {
            OciVersionMin = "1.0.0",
            OciVersionMax = ContainerSpec.CurrentVersion,
            Hooks = ["createContainer", "createRuntime", "poststart", "poststop", "prestart", "startContainer"],
            MountOptions = MountOptions.Known,
            Linux = new()
            {
                Namespaces = NamespaceKinds.Known,
                Capabilities = CapabilitySet.All,
                Cgroup = new() { V1 = true, V2 = true, Rdma = layout.Find("rdma") is not null },
                Seccomp = new()
                {
                    Enabled = SeccompCompiler.IsAvailable,
                    Actions = SeccompProfile.Actions,
                    Operators = SeccompCompiler.KnownOperators,
                    Archs = [.. SeccompProfile.Architectures.Keys.Order(StringComparer.Ordinal)],
                    KnownFlags = SeccompProfile.Flags,
                    SupportedFlags = SeccompProfile.Flags,
                },
                Apparmor = new() { Enabled = AppArmor.IsEnabled },
                Selinux = new() { Enabled = false },
                IntelRdt = new() { Enabled = false },
            },
        };
        Descriptors.Write(1, JsonSerializer.Serialize(features, RuntimeJson.Indented.RuntimeFeatures) + "\n");
        return 0;
    }
}
