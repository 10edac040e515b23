using System.Globalization;
using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Spec.Templates;

namespace Gantry.Cli.Commands;

/// <summary>info: the daemon and its machine.</summary>
internal static class InfoCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var format = call.Text("format") is "json" ? "{{json .}}" : call.Text("format");
        var template = format.Length > 0 ? ListWriter.Parse(format, "template parsing error", 64) : null;
        if (template is null)
        {
            call.Out.Write(ClientInfo.Text(call.Session) + "Server:\n");
            call.Out.Flush();
        }

        var info = await call.Client.GetAsync("/info").ConfigureAwait(false);
        if (template is null)
        {
            call.Out.Write(Text(info));
            call.Out.Flush();
            foreach (var warning in info.Texts("Warnings")) call.Out.ErrorLine(warning);
            return 0;
        }

        var text = new StringBuilder();
        try
        {
            template.Execute(Values.From(AsksForAll(format) ? ClientInfo.AddTo(info, call) : info), text, missingKeyIsError: true);
        }
        catch (TemplateException e)
        {
            call.Out.Line(text.ToString());
            throw new CommandLineException($"template parsing error: {e.Message}");
        }

        call.Out.Line(text.ToString());
        return 0;
    }

    // Plug-ins are asked only where somebody wants to see them.
    private static bool AsksForAll(string format) => format.Contains("ClientInfo", StringComparison.Ordinal) || format.Contains(" .}", StringComparison.Ordinal) || format.Contains("{.}", StringComparison.Ordinal);

    private static string Text(JsonElement info)
    {
        var text = new StringBuilder();
        void Line(string label, string value, int depth = 1) => text.Append(' ', depth).Append(label).Append(": ").Append(value).Append('\n');
        string Count(string name) => info.Number(name).ToString(CultureInfo.InvariantCulture);
        string Switch(string name) => info.Flag(name) ? "true" : "false";

        Line("Containers", Count("Containers"));
        Line("Running", Count("ContainersRunning"), 2);
        Line("Paused", Count("ContainersPaused"), 2);
        Line("Stopped", Count("ContainersStopped"), 2);
        Line("Images", Count("Images"));
        Line("Server Version", info.Text("ServerVersion"));
        Line("Storage Driver", info.Text("Driver"));
        foreach (var pair in info.List("DriverStatus")) Line(pair[0].GetString()!, pair[1].GetString()!, 2);
        Line("Logging Driver", info.Text("LoggingDriver"));
        Line("Cgroup Driver", info.Text("CgroupDriver"));
        Line("Cgroup Version", info.Text("CgroupVersion"));
        text.Append(" Plugins:\n");
        Line("Volume", string.Join(' ', info.Texts("Plugins", "Volume")), 2);
        Line("Network", string.Join(' ', info.Texts("Plugins", "Network")), 2);
        Line("Log", string.Join(' ', info.Texts("Plugins", "Log")), 2);
        Line("Swarm", info.Text("Swarm", "LocalNodeState"));
        Line("Runtimes", string.Join(' ', info.Members("Runtimes").Select(r => r.Name)));
        Line("Default Runtime", info.Text("DefaultRuntime"));
        Line("Init Binary", info.Text("InitBinary"));
        foreach (var (label, name) in new[] { ("containerd version", "ContainerdCommit"), ("runc version", "RuncCommit"), ("init version", "InitCommit") })
        {
            if (info.At(name).ValueKind == JsonValueKind.Object) Line(label, info.Text(name, "ID"));
        }

        if (info.List("SecurityOptions").Any())
        {
            text.Append(" Security Options:\n");
            foreach (var option in info.Texts("SecurityOptions"))
            {
                var fields = option.Split(',').Select(f => f.Split('=', 2)).ToList();
                text.Append("  ").Append(fields[0][^1]).Append('\n');
                foreach (var field in fields.Skip(1)) Line(field[0] == "profile" ? "Profile" : field[0], field[^1], 3);
            }
        }

        Line("Kernel Version", info.Text("KernelVersion"));
        Line("Operating System", info.Text("OperatingSystem"));
        Line("OSType", info.Text("OSType"));
        Line("Architecture", info.Text("Architecture"));
        Line("CPUs", Count("NCPU"));
        Line("Total Memory", Units.BinarySize(info.Number("MemTotal")));
        Line("Name", info.Text("Name"));
        Line("ID", info.Text("ID"));
        Line("Docker Root Dir", info.Text("DockerRootDir"));
        Line("Debug Mode", Switch("Debug"));
        foreach (var (label, name) in new[] { ("HTTP Proxy", "HttpProxy"), ("HTTPS Proxy", "HttpsProxy"), ("No Proxy", "NoProxy") })
        {
            if (info.Text(name) is { Length: > 0 } proxy) Line(label, proxy);
        }

        if (info.List("Labels").Any())
        {
            text.Append(" Labels:\n");
            foreach (var label in info.Texts("Labels")) text.Append("  ").Append(label).Append('\n');
        }

        Line("Experimental", Switch("ExperimentalBuild"));
        var insecure = info.Members("RegistryConfig", "IndexConfigs").Where(r => r.Value.At("Secure").ValueKind == JsonValueKind.False).Select(r => r.Name)
            .Concat(info.Texts("RegistryConfig", "InsecureRegistryCIDRs")).ToList();
        if (insecure.Count > 0)
        {
            text.Append(" Insecure Registries:\n");
            foreach (var registry in insecure) text.Append("  ").Append(registry).Append('\n');
        }

        if (info.List("RegistryConfig", "Mirrors").Any())
        {
            text.Append(" Registry Mirrors:\n");
            foreach (var mirror in info.Texts("RegistryConfig", "Mirrors")) text.Append("  ").Append(mirror).Append('\n');
        }

        Line("Live Restore Enabled", Switch("LiveRestoreEnabled"));
        text.Append('\n');
        return text.ToString();
    }
}
