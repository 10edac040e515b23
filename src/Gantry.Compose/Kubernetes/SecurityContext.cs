using System.Globalization;
using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;

namespace Gantry.Compose.Kubernetes;

/// <summary>As whom a container runs, and what it may do.</summary>
internal static class SecurityContext
{
    public static MappingNode? Of(ManifestContext context, ComposeService service)
    {
        if (service.Privileged)
        {
            context.Warn(service, "privileged", "it has the run of its node; many clusters do not allow that");
        }

        var capabilities = new OutputMap(OutputFormat.Yaml)
            .Add("add", [.. service.CapAdd.Select(Capability)])
            .Add("drop", [.. service.CapDrop.Select(Capability)]).Node;
        var map = WithUser(context, service, service.User)
            .Add("privileged", service.Privileged)
            .Add("readOnlyRootFilesystem", service.ReadOnly)
            .Add("capabilities", capabilities.Count > 0 ? capabilities : null);
        foreach (var option in service.SecurityOpt)
        {
            Add(context, service, map, option);
        }

        return map.Node.Count > 0 ? map.Node : null;
    }

    public static MappingNode? OfHook(ManifestContext context, ComposeService service, ServiceHook hook)
    {
        var map = WithUser(context, service, hook.User ?? (hook.Image is null ? service.User : null)).Add("privileged", hook.Privileged).Node;
        return map.Count > 0 ? map : null;
    }

    private static OutputMap WithUser(ManifestContext context, ComposeService service, string? user)
    {
        var map = new OutputMap(OutputFormat.Yaml);
        foreach (var (key, text) in (user ?? "").Split(':', 2).Zip(["runAsUser", "runAsGroup"], (text, key) => (key, text)).Where(pair => pair.text.Length > 0))
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                map.Always(key, id);
            }
            else if (text != "root")
            {
                context.Warn(service, "user", $"the name {text} is left out: Kubernetes takes numbers, and the image says who it is");
            }
            else
            {
                map.Always(key, 0L);
            }
        }

        return map;
    }

    private static void Add(ManifestContext context, ComposeService service, OutputMap map, string option)
    {
        switch (option.Split([':', '='], 2))
        {
            case ["no-new-privileges"] or ["no-new-privileges", "true"]:
                map.Always("allowPrivilegeEscalation", false);
                break;
            case ["no-new-privileges", "false"]:
                break;
            case ["seccomp", "unconfined"]:
                map.Set("seccompProfile", new OutputMap(OutputFormat.Yaml).Add("type", "Unconfined").Node);
                break;
            case ["apparmor", var profile]:
                map.Set("appArmorProfile", new OutputMap(OutputFormat.Yaml)
                    .Add("type", profile == "unconfined" ? "Unconfined" : "Localhost")
                    .Add("localhostProfile", profile == "unconfined" ? null : profile).Node);
                break;
            default:
                context.Warn(service, "security_opt", $"{option} is left out: Kubernetes says it in another way");
                break;
        }
    }

    private static string Capability(string name) => name.ToUpperInvariant() is var upper && upper.StartsWith("CAP_", StringComparison.Ordinal) ? upper[4..] : upper;
}
