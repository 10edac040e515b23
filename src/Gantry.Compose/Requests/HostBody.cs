using System.Globalization;
using Gantry.Client;
using Gantry.Compose.Model;

namespace Gantry.Compose.Requests;

/// <summary>The half of a container's configuration that depends on the host.</summary>
internal sealed class HostBody(ContainerRequest request)
{
    private readonly ComposeService service = request.Service;

    public JsonBody Make()
    {
        var body = new JsonBody();
        var mounts = new MountBodies(request).Add();
        body.SetIfGiven("Binds", mounts.Binds);
        body.SetIfGiven("Mounts", mounts.Mounts);
        body.SetIfGiven("AutoRemove", request.AutoRemove);
        body.SetIfGiven("Annotations", JsonBody.Of(service.Annotations));
        body.SetIfGiven("CapAdd", service.CapAdd.ToList());
        body.SetIfGiven("CapDrop", service.CapDrop.ToList());
        body["NetworkMode"] = NetworkBodies.Mode(request);
        if (service.Init is { } init) body["Init"] = init;
        body.SetIfGiven("IpcMode", service.Ipc is null ? null : NetworkBodies.Shared(request, service.Ipc));
        body.SetIfGiven("PidMode", service.Pid is null ? null : NetworkBodies.Shared(request, service.Pid));
        body.SetIfGiven("CgroupnsMode", service.Cgroup);
        body.SetIfGiven("CgroupParent", service.CgroupParent);
        body.SetIfGiven("ReadonlyRootfs", service.ReadOnly);
        body.SetIfGiven("RestartPolicy", RestartPolicy());
        body.SetIfGiven("ShmSize", service.ShmSize);
        body.SetIfGiven("Sysctls", JsonBody.Of(service.Sysctls));
        body["PortBindings"] = PortBodies.Bindings(service);
        body.SetIfGiven("VolumesFrom", service.VolumesFrom.Select(VolumesFrom).ToList());
        body.SetIfGiven("Dns", service.Dns.ToList());
        body.SetIfGiven("DnsSearch", service.DnsSearch.ToList());
        body.SetIfGiven("DnsOptions", service.DnsOpt.ToList());
        body["ExtraHosts"] = service.ExtraHosts.SelectMany(host => host.Value.Select(address => $"{host.Key}:{address}")).ToList();
        body.SetIfGiven("SecurityOpt", service.SecurityOpt.Select(Security).ToList());
        body.SetIfGiven("StorageOpt", JsonBody.Of(service.StorageOpt));
        body.SetIfGiven("UsernsMode", service.UsernsMode);
        body.SetIfGiven("UTSMode", service.Uts);
        body.SetIfGiven("Privileged", service.Privileged);
        body.SetIfGiven("Tmpfs", JsonBody.Of(service.Tmpfs.Select(text => text.Split(':', 2) is [var path, var options] ? KeyValuePair.Create(path, options) : KeyValuePair.Create(text, ""))));
        body.SetIfGiven("Isolation", service.Isolation);
        body.SetIfGiven("Runtime", service.Runtime);
        body.SetIfGiven("LogConfig", Logging());
        body.SetIfGiven("GroupAdd", service.GroupAdd.ToList());
        body.SetIfGiven("OomScoreAdj", service.OomScoreAdj);
        ResourceBodies.AddTo(body, service);
        return body;
    }

    private string VolumesFrom(string text)
    {
        if (text.StartsWith("container:", StringComparison.Ordinal))
        {
            return text["container:".Length..];
        }

        var (name, mode) = text.Split(':', 2) is [var left, var right] ? (left, ":" + right) : (text, "");
        return request.Peers.TryGetValue(name, out var id) ? id + mode : throw new ComposeException($"service {service.Name} takes volumes of service {name}, which has no container");
    }

    private JsonBody RestartPolicy()
    {
        var body = new JsonBody();
        if (service.Restart is { Length: > 0 } restart)
        {
            var (name, count) = restart.Split(':', 2) is [var left, var right] ? (left, int.Parse(right, CultureInfo.InvariantCulture)) : (restart, 0);
            body["Name"] = name;
            body.SetIfGiven("MaximumRetryCount", count);
        }
        else if (service.Deploy?.RestartPolicy is { } policy)
        {
            body["Name"] = policy.Condition switch { "none" => "no", "on-failure" => "on-failure", _ => "always" };
            body.SetIfGiven("MaximumRetryCount", (long)(policy.MaxAttempts ?? 0));
        }

        return body;
    }

    private JsonBody Logging()
    {
        var body = new JsonBody();
        body.SetIfGiven("Type", service.Logging?.Driver);
        body.SetIfGiven("Config", service.Logging is null ? null : JsonBody.Of(service.Logging.Options));
        return body;
    }

    /// <summary>A seccomp profile is a file of this machine: the engine gets its content.</summary>
    private string Security(string option)
    {
        var (key, value) = option.Split(['=', ':'], 2) is [var left, var right] ? (left, right) : (option, "");
        return key != "seccomp" || value is "unconfined" or "builtin" or ""
            ? option
            : $"seccomp={File.ReadAllText(Path.GetFullPath(value, request.Project.WorkingDirectory))}";
    }
}
