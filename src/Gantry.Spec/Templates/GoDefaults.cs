using System.Text.Json;

namespace Gantry.Spec.Templates;

/// <summary>
/// What fields of Docker's types hold that are null or left out of their JSON: Go prints a nil slice as [], a nil map as map[].
/// </summary>
internal static class GoDefaults
{
    private static readonly JsonElement EmptyMap = JsonDocument.Parse("{}").RootElement;

    public static bool TryGet(JsonElement owner, string name, out object? value)
    {
        value = null;
        switch (name)
        {
            case "Args" or "Entrypoint" or "Cmd" or "Env" or "OnBuild" or "Shell" or "Binds" or "CapAdd" or "CapDrop" or "Dns" or "DnsOptions" or "DnsSearch"
                or "ExtraHosts" or "GroupAdd" or "Links" or "SecurityOpt" or "VolumesFrom" or "Devices" or "DeviceRequests" or "DeviceCgroupRules" or "Ulimits"
                or "MaskedPaths" or "ReadonlyPaths" or "Mounts" or "ExecIDs" or "RepoTags" or "RepoDigests" or "Layers" or "Aliases" or "DNSNames"
                or "BlkioWeightDevice" or "BlkioDeviceReadBps" or "BlkioDeviceWriteBps" or "BlkioDeviceReadIOps" or "BlkioDeviceWriteIOps" or "Log" or "Test":
                value = Array.Empty<object?>();
                return true;
            case "Volumes" or "Labels" or "ExposedPorts" or "PortBindings" or "Sysctls" or "Tmpfs" or "Annotations" or "StorageOpt" or "Ports" or "Networks" or "Options" or "DriverOpts":
                value = EmptyMap;
                return true;
            case "Healthcheck" or "Health" or "StopTimeout" or "Init" or "PidsLimit" or "OomKillDisable" or "MemorySwappiness" or "IPAMConfig" or "SizeRw" or "SizeRootFs":
                return true;
            case "MacAddress" or "StopSignal" or "Domainname" or "Hostname" or "User" or "WorkingDir" or "Variant" or "Author" or "Comment" or "Parent" or "DockerVersion" or "Container" or "AppArmorProfile":
                value = "";
                return true;
            case "AutoRemove" or "NetworkDisabled" or "ArgsEscaped" or "OOMKilled" or "StdinOnce":
                value = false;
                return true;
            case "ID" when owner.TryGetProperty("Id", out var id):
                value = id.GetString();
                return true;
            case "APIVersion" when owner.TryGetProperty("ApiVersion", out var version):
                value = version.GetString();
                return true;
            default:
                return false;
        }
    }
}
