using System.Text.Json;
using System.Text.Json.Serialization;
using Gantry.Network.Records;

namespace Gantry.Engine.Networks;

/// <summary>All that is kept of a network: one JSON document in the database.</summary>
/// <param name="Record">Complete, as the network stack made it.</param>
/// <param name="Asked">The subnets its maker asked for: containers may choose addresses only in those.</param>
internal sealed record NetworkDocument(NetworkRecord Record, AddressPool[] Asked)
{
    public bool IsPredefined => NetworkName.IsPredefined(Record.Name);
}

/// <summary>Names with a meaning.</summary>
internal static class NetworkName
{
    public const string Bridge = "bridge";
    public const string Host = "host";
    public const string None = "none";
    public const string ContainerPrefix = "container:";

    public static bool IsPredefined(string name) => name is Bridge or Host or None;

    /// <summary>A network that somebody made: it has names, and addresses may be chosen on it.</summary>
    public static bool IsUserDefined(string mode) => mode is not ("default" or "") && !IsPredefined(mode) && !IsContainer(mode);

    public static bool IsContainer(string mode) => mode.StartsWith(ContainerPrefix, StringComparison.Ordinal) && mode.Length > ContainerPrefix.Length;

    /// <summary>No network of its own that could have ports: the host's, none, or another container's.</summary>
    public static bool IsBare(string mode) => mode is Host or None || IsContainer(mode);

    /// <summary>Docker's word for a driver; ours for the network without anything is <c>none</c>.</summary>
    public static string DriverShown(NetworkRecord record) => record.Driver == None || record.ConfigOnly ? "null" : record.Driver;
}

// Everything is written: a member at its type's default is not always at its own.
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, Converters = [typeof(AddressConverter), typeof(SubnetConverter)])]
[JsonSerializable(typeof(NetworkDocument))]
internal sealed partial class NetworkJson : JsonSerializerContext
{
    public static byte[] Write(NetworkDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, Default.NetworkDocument);

    public static NetworkDocument? Read(ReadOnlySpan<byte> document) => JsonSerializer.Deserialize(document, Default.NetworkDocument);
}
