using System.Text;
using Gantry.Compose.Model;
using Gantry.Compose.Output;
using Gantry.Spec;

namespace Gantry.Compose;

/// <summary>
/// What Docker Compose writes into the label <c>com.docker.compose.config-hash</c>: a container whose label differs is made anew.
/// How to build, when to pull and how many containers there are does not count.
/// </summary>
public static class ServiceHash
{
    /// <returns>SHA-256 in 64 hexadecimal digits.</returns>
    public static string Of(ComposeService service) => LightSha256.HashData(Encoding.UTF8.GetBytes(Counted(service)));

    /// <summary>A container with that label is as the files say, whichever Docker Compose made it: since 2.30 dependencies and profiles do not count.</summary>
    public static bool Matches(ComposeService service, string label)
    {
        ArgumentNullException.ThrowIfNull(service);
        return label == Of(service) || label == Of(service with { DependsOn = Empty.Map<DependsOn>(), Profiles = [] });
    }

    /// <summary>The JSON that is hashed.</summary>
    internal static string Counted(ComposeService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        var counted = service with
        {
            Build = null,
            PullPolicy = null,
            Scale = null,
            Deploy = service.Deploy is null ? null : service.Deploy with { Replicas = null },
        };
        return JsonText.Write(ServiceTree.Of(counted, OutputFormat.Json), isIndented: false);
    }
}
