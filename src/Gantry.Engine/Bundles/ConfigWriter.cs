using Gantry.Runtime.Containers;
using System.Buffers;
using System.Text.Json;
using Gantry.Engine.Containers;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Bundles;

/// <summary>Writes a container's config.json (OCI runtime specification, config.md) with Docker's defaults.</summary>
internal sealed partial class ConfigWriter(BundleRequest request, Utf8JsonWriter json)
{
    private const string InitTarget = "/sbin/docker-init";
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private ContainerRecord Container => request.Container;

    private HostConfig Host => request.Container.HostConfig;

    private ContainerConfig Config => request.Container.Config;

    public static ReadOnlyMemory<byte> Write(BundleRequest request)
    {
        var output = new ArrayBufferWriter<byte>(32 * 1024);
        using (var json = new Utf8JsonWriter(output))
        {
            new ConfigWriter(request, json).WriteAll();
        }

        return output.WrittenMemory;
    }

    /// <summary>The environment of a container's processes, as Docker makes it.</summary>
    public static List<string> Environment(ContainerRecord container, UserIdentity user, bool terminal, IReadOnlyList<string> links)
    {
        var variables = new List<string> { "PATH=" + DefaultPath };
        var hostName = HostFiles.HostName(container);
        if (hostName.Length > 0)
        {
            variables.Add("HOSTNAME=" + hostName);
        }

        if (terminal)
        {
            variables.Add("TERM=xterm");
        }

        foreach (var variable in links.Concat(container.Config.Env ?? []))
        {
            var at = variable.IndexOf('=');
            var prefix = (at < 0 ? variable : variable[..at]) + "=";
            var index = variables.FindIndex(other => other.StartsWith(prefix, StringComparison.Ordinal));
            if (at < 0)
            {
                // A name alone takes the variable away.
                if (index >= 0)
                {
                    variables.RemoveAt(index);
                }
            }
            else if (index >= 0)
            {
                variables[index] = variable;
            }
            else
            {
                variables.Add(variable);
            }
        }

        if (!variables.Exists(variable => variable.StartsWith("HOME=", StringComparison.Ordinal)))
        {
            variables.Add("HOME=" + user.Home);
        }

        return variables;
    }

    private void WriteAll()
    {
        json.WriteStartObject();
        // crun before 1.9 knows no later version, and none of its fields is written for another runtime.
        json.WriteString("ociVersion", request.BundleWithPaths is null ? "1.2.0" : "1.0.2");
        WriteProcess();
        json.WriteStartObject("root");
        json.WriteString("path", "rootfs");
        json.WriteBoolean("readonly", Host.ReadonlyRootfs);
        json.WriteEndObject();
        if (Host.UTSMode != "host")
        {
            json.WriteString("hostname", HostFiles.HostName(Container));
            if (Config.Domainname.Length > 0)
            {
                json.WriteString("domainname", Config.Domainname);
            }
        }

        WriteMounts();
        WriteHooks();
        WriteStrings("annotations", Host.Annotations);
        WriteLinux();
        json.WriteEndObject();
    }

    private void WriteProcess()
    {
        json.WriteStartObject("process");
        json.WriteBoolean("terminal", Config.Tty);
        if (Config.Tty && Host.ConsoleSize is [> 0, > 0])
        {
            json.WriteStartObject("consoleSize");
            json.WriteNumber("height", Host.ConsoleSize[0]);
            json.WriteNumber("width", Host.ConsoleSize[1]);
            json.WriteEndObject();
        }

        json.WriteStartObject("user");
        json.WriteNumber("uid", request.User.UserId);
        json.WriteNumber("gid", request.User.GroupId);
        json.WriteStartArray("additionalGids");
        foreach (var group in request.User.Groups.Concat(request.Edits.AdditionalGroups.Where(group => group != 0)).Distinct())
        {
            json.WriteNumberValue(group);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        string[] command = [Container.Path, .. Container.Args];
        WriteStrings("args", request.InitPath is null ? command : [InitTarget, "--", .. command]);
        WriteStrings("env", WithVendorVariables(Environment(Container, request.User, Config.Tty, request.Network.LinkVariables)));
        json.WriteString("cwd", Config.WorkingDir.Length > 0 ? Config.WorkingDir : "/");
        WriteCapabilities();
        if (Host.Ulimits is { Length: > 0 } limits)
        {
            json.WriteStartArray("rlimits");
            foreach (var limit in limits)
            {
                json.WriteStartObject();
                json.WriteString("type", Rlimits.KernelName(limit.Name));
                // -1 is RLIM_INFINITY.
                json.WriteNumber("hard", unchecked((ulong)limit.Hard));
                json.WriteNumber("soft", unchecked((ulong)limit.Soft));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteBoolean("noNewPrivileges", request.Security.NoNewPrivileges);
        json.WriteNumber("oomScoreAdj", Host.OomScoreAdj);
        json.WriteEndObject();
    }

    private void WriteCapabilities()
    {
        var names = CapabilityNames.Resolve(Host);
        json.WriteStartObject("capabilities");
        WriteStrings("bounding", names);
        WriteStrings("effective", names);
        WriteStrings("permitted", names);
        json.WriteEndObject();
    }

    private void WriteStrings(string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private void WriteStrings(string name, Dictionary<string, string>? values)
    {
        if (values is not { Count: > 0 })
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var (key, value) in values)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
