using System.Globalization;
using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Compose.Running;

namespace Gantry.Compose.Requests;

/// <summary>A container of a service as the body of <c>POST /containers/create</c>.</summary>
internal sealed class ContainerBody(ContainerRequest request)
{
    private readonly ComposeService service = request.Service;

    public JsonBody Make()
    {
        var body = new JsonBody();
        body.SetIfGiven("Hostname", service.Hostname);
        body.SetIfGiven("Domainname", service.Domainname);
        body.SetIfGiven("User", service.User);
        body.SetIfGiven("Tty", service.Tty);
        body.SetIfGiven("OpenStdin", service.StdinOpen);
        body.SetIfGiven("StdinOnce", request.AttachesInput && service.StdinOpen);
        body.SetIfGiven("AttachStdin", request.AttachesInput);
        body["AttachStdout"] = true;
        body["AttachStderr"] = true;
        body.SetIfGiven("Env", Environment().OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => item.Value is null ? item.Key : $"{item.Key}={item.Value}").ToList());
        if (service.Command is not null) body["Cmd"] = service.Command;
        if (service.Entrypoint is not null) body["Entrypoint"] = service.Entrypoint;
        body["Image"] = request.Image;
        body.SetIfGiven("WorkingDir", service.WorkingDir);
        body.SetIfGiven("StopSignal", service.StopSignal);
        if (service.StopGracePeriod is { } grace) body["StopTimeout"] = (int)Math.Ceiling(grace.TotalSeconds);
        body["Labels"] = JsonBody.Of(Labels());
        body.SetIfGiven("Healthcheck", HealthCheck());
        body.SetIfGiven("ExposedPorts", JsonBody.Of(PortBodies.Exposed(service).Select(port => KeyValuePair.Create(port, new JsonBody()))));
        if (request.IsBeforeEndpointAddresses) body.SetIfGiven("MacAddress", service.MacAddress);
        body["HostConfig"] = new HostBody(request).Make();
        body.SetIfGiven("NetworkingConfig", NetworkBodies.Make(request));
        return body;
    }

    private IEnumerable<KeyValuePair<string, string?>> Environment() => request.Proxies
        .Where(proxy => !service.Environment.ContainsKey(proxy.Key)).Select(proxy => KeyValuePair.Create(proxy.Key, (string?)proxy.Value)).Concat(service.Environment);

    private Dictionary<string, string> Labels()
    {
        var project = request.Project;
        var labels = new Dictionary<string, string>(service.Labels, StringComparer.Ordinal)
        {
            [ComposeLabels.Project] = project.Name,
            [ComposeLabels.Service] = service.Name,
            [ComposeLabels.Version] = ComposeLabels.CompatibleVersion,
            [ComposeLabels.WorkingDirectory] = project.WorkingDirectory,
            [ComposeLabels.ConfigFiles] = string.Join(',', project.ComposeFiles),
            [ComposeLabels.OneOff] = request.IsOneOff ? "True" : "False",
            [ComposeLabels.ConfigHash] = request.ConfigHash,
            [ComposeLabels.DependsOn] = string.Join(',', service.DependsOn.Select(item => $"{item.Key}:{item.Value.Condition}:{(item.Value.Restart ? "true" : "false")}")),
        };
        if (request.ImageId.Length > 0) labels[ComposeLabels.Image] = request.ImageId;
        if (request.IsOneOff) labels[ComposeLabels.Slug] = request.Slug;
        labels[ComposeLabels.Number] = request.Number.ToString(CultureInfo.InvariantCulture);
        if (request.Replaces.Length > 0) labels[ComposeLabels.Replace] = request.Replaces;
        return labels;
    }

    private JsonBody? HealthCheck()
    {
        if (service.HealthCheck is not { } check) return null;
        var body = new JsonBody();
        body.SetIfGiven("Test", check.Disable ? new List<string> { "NONE" } : check.Test.ToList());
        body.SetIfGiven("Interval", Nanoseconds(check.Interval));
        body.SetIfGiven("Timeout", Nanoseconds(check.Timeout));
        body.SetIfGiven("StartPeriod", Nanoseconds(check.StartPeriod));
        body.SetIfGiven("StartInterval", Nanoseconds(check.StartInterval));
        body.SetIfGiven("Retries", (long)(check.Retries ?? 0));
        return body;
    }

    private static long Nanoseconds(TimeSpan? time) => (time ?? TimeSpan.Zero).Ticks * TimeSpan.NanosecondsPerTick;
}
