using Gantry.Engine.Devices;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Engine.Bundles;

/// <summary>What vendors' descriptions add to a configuration.</summary>
internal sealed partial class ConfigWriter
{
    private const string NoAccess = "none";
    private const string AllAccess = "rwm";

    private static HostDevice Device(CdiDeviceNode node)
    {
        using var root = RootedDirectory.Open("/");
        var path = node.HostPath ?? node.Path;
        var status = root.TryStat(path, followLast: true);
        if (status is not { Kind: FileKind.CharacterDevice or FileKind.BlockDevice })
        {
            throw new InvalidArgumentException($"CDI device injection failed: {path} {(status is null ? "does not exist" : "is no device")}");
        }

        return new(node.Path, status.Value, node.Permissions is { Length: > 0 } access ? access : AllAccess)
        {
            FileMode = node.FileMode,
            Owner = node.Uid,
            Group = node.Gid,
        };
    }

    private void WriteVendorMounts()
    {
        foreach (var mount in request.Edits.Mounts)
        {
            WriteMount(mount.Type is { Length: > 0 } type ? type : "bind", mount.HostPath, mount.ContainerPath, mount.Options is { Length: > 0 } options ? options : ["rbind"]);
        }
    }

    private void WriteHooks()
    {
        if (request.Edits.Hooks.Length == 0)
        {
            return;
        }

        json.WriteStartObject("hooks");
        foreach (var stage in request.Edits.Hooks.GroupBy(hook => hook.HookName, StringComparer.Ordinal))
        {
            json.WriteStartArray(stage.Key);
            foreach (var hook in stage)
            {
                json.WriteStartObject();
                json.WriteString("path", hook.Path);
                WriteStrings("args", hook.Args ?? []);
                WriteStrings("env", hook.Env ?? []);
                if (hook.Timeout is { } seconds)
                {
                    json.WriteNumber("timeout", seconds);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Variables of the same name are replaced.</summary>
    private List<string> WithVendorVariables(List<string> variables)
    {
        foreach (var added in request.Edits.Env)
        {
            var name = added[..(added.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? at + 1 : added.Length)];
            variables.RemoveAll(variable => variable.StartsWith(name, StringComparison.Ordinal));
            variables.Add(added);
        }

        return variables;
    }
}
