using System.Text;
using Gantry.Compose.Model;
using Gantry.Compose.Nodes;
using Gantry.Compose.Output;
using Gantry.Spec;

namespace Gantry.Compose;

/// <summary>
/// What Docker Compose (since 2.30) writes into the label <c>com.docker.compose.config-hash</c> of networks and volumes, which
/// are made anew where it differs. SHA-256 in 64 hexadecimal digits.
/// </summary>
internal static class DefinitionHash
{
    private const string DefaultVolumeDriver = "local";

    public static string Of(NetworkDefinition network) => Of(NetworkTrees.Definition(network, OutputFormat.Json));

    public static string Of(VolumeDefinition volume) =>
        Of(ProjectTree.Volume(string.IsNullOrEmpty(volume.Driver) ? volume with { Driver = DefaultVolumeDriver } : volume, OutputFormat.Json));

    private static string Of(MappingNode tree) => LightSha256.HashData(Encoding.UTF8.GetBytes(JsonText.Write(tree, isIndented: false)));
}
