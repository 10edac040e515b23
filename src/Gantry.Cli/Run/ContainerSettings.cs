using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Run;

/// <summary>The options of run and create as the Engine API's container configuration.</summary>
internal static class ContainerSettings
{
    public static JsonBody Build(Invocation call, string image, IReadOnlyList<string> command, Attachment attach)
    {
        var body = new JsonBody();
        body.SetIfGiven("Hostname", call.Text("hostname"));
        body.SetIfGiven("Domainname", call.Text("domainname"));
        body.SetIfGiven("User", call.Text("user"));
        body["AttachStdin"] = attach.Stdin;
        body["AttachStdout"] = attach.Stdout;
        body["AttachStderr"] = attach.Stderr;
        body["Tty"] = call.Flag("tty");
        body["OpenStdin"] = call.Flag("interactive");
        body["StdinOnce"] = call.Flag("interactive") && attach.Stdin;
        body.SetIfGiven("Env", KeyValues.WithDefaults(KeyValues.Environment(call.List("env"), call.List("env-file")), ApiSocket.Variables(call).Concat(call.Session.ProxyVariables)));
        body["Cmd"] = command.Count == 0 ? null : command;
        body["Image"] = image;
        body.SetIfGiven("WorkingDir", call.Text("workdir"));
        body.SetIfGiven("StopSignal", call.Text("stop-signal"));
        body.SetIfGiven("Labels", KeyValues.ToObject(KeyValues.Labels(call.List("label"), call.List("label-file"))));
        // An empty entrypoint clears the image's, which the API writes as one empty string.
        if (call.Has("entrypoint")) body["Entrypoint"] = new[] { call.Text("entrypoint") };
        if (call.Has("stop-timeout")) body["StopTimeout"] = call.Number("stop-timeout");
        body.SetIfGiven("MacAddress", call.Text("mac-address"));

        var ports = PortOptions.Read(call.List("expose"), call.List("publish"));
        body.SetIfGiven("ExposedPorts", ports.Exposed);
        var volumes = VolumeOptions.Read(call.List("volume"));
        body.SetIfGiven("Volumes", volumes.Anonymous);
        body.SetIfGiven("Healthcheck", Healthcheck(call));
        body["HostConfig"] = HostSettings.Build(call, ports, volumes);
        body["NetworkingConfig"] = NetworkOptions.Endpoints(call);
        return body;
    }

    private static JsonBody Healthcheck(Invocation call)
    {
        var health = new JsonBody();
        string[] probing = ["health-cmd", "health-interval", "health-timeout", "health-start-period", "health-start-interval", "health-retries"];
        if (call.Flag("no-healthcheck"))
        {
            if (probing.Any(call.Has)) throw new CommandLineException("--no-healthcheck conflicts with --health-* options", 125);
            health["Test"] = new[] { "NONE" };
            return health;
        }

        if (!probing.Any(call.Has)) return health;
        if (call.Has("health-cmd")) health["Test"] = new[] { "CMD-SHELL", call.Text("health-cmd") };
        foreach (var (option, member, words) in new[] { ("health-interval", "Interval", "--health-interval"), ("health-timeout", "Timeout", "--health-timeout"), ("health-start-period", "StartPeriod", "--health-start-period"), ("health-start-interval", "StartInterval", "--health-start-interval") })
        {
            OptionValues.TryDuration(call.Text(option), out var nanoseconds);
            if (nanoseconds < 0) throw new CommandLineException($"{words} cannot be negative", 125);
            health.SetIfGiven(member, nanoseconds);
        }

        if (call.Number("health-retries") < 0) throw new CommandLineException("--health-retries cannot be negative", 125);
        health.SetIfGiven("Retries", call.Number("health-retries"));
        return health;
    }
}
