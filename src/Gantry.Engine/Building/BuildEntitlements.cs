using Gantry.Build;
using Gantry.Spec;

namespace Gantry.Engine.Building;

/// <summary>What the daemon lets builds ask for with <c>--allow</c>, as Docker's: the machine's network and vendors' devices, but no privileges.</summary>
public sealed record BuildEntitlements
{
    private const string NetworkHost = "network.host";
    private const string SecurityInsecure = "security.insecure";
    private const string Device = "device";

    private bool AllowsNetworkHost { get; init; } = true;

    private bool AllowsSecurityInsecure { get; init; }

    private bool AllowsDevices { get; init; } = true;

    /// <param name="setting"><c>network-host=true</c> or the like.</param>
    public BuildEntitlements With(string setting) => setting.Split('=', 2) switch
    {
        ["network-host", "true" or "false"] => this with { AllowsNetworkHost = setting.EndsWith("true", StringComparison.Ordinal) },
        ["security-insecure", "true" or "false"] => this with { AllowsSecurityInsecure = setting.EndsWith("true", StringComparison.Ordinal) },
        [Device, "true" or "false"] => this with { AllowsDevices = setting.EndsWith("true", StringComparison.Ordinal) },
        _ => throw new InvalidArgumentException($"invalid entitlement \"{setting}\" of builds: network-host, security-insecure or device, each true or false, is needed"),
    };

    /// <exception cref="PermissionDeniedException">It asks for what is not to be had here.</exception>
    public void Check(BuildRequest request)
    {
        foreach (var entitlement in request.Network == "host" ? request.Entitlements.Append(NetworkHost) : request.Entitlements)
        {
            switch (entitlement)
            {
                case NetworkHost when !AllowsNetworkHost:
                    throw Denied(entitlement, "network-host");
                case SecurityInsecure when !AllowsSecurityInsecure:
                    throw Denied(entitlement, "security-insecure");
                case var _ when IsDevice(entitlement) && !AllowsDevices:
                    throw Denied(entitlement, Device);
                case NetworkHost or SecurityInsecure:
                case var _ when IsDevice(entitlement):
                    break;
                default:
                    throw new InvalidArgumentException($"unknown entitlement {entitlement}: there are {NetworkHost}, {SecurityInsecure} and {Device}");
            }
        }
    }

    /// <summary>All, or one by its name.</summary>
    private static bool IsDevice(string entitlement) => entitlement == Device || entitlement.StartsWith($"{Device}=", StringComparison.Ordinal);

    private static PermissionDeniedException Denied(string entitlement, string key) =>
        new($"granting entitlement {entitlement} is not allowed by build daemon configuration: set \"builder\": {{\"entitlements\": {{\"{key}\": true}}}} in daemon.json");
}
