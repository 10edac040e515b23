using System.Globalization;
using System.Net;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Network.Drivers;

/// <summary>Reads a network's options. What Docker does not know it ignores, and so do we; a value that is wrong is refused.</summary>
internal static class DriverOptions
{
    public const string Mtu = "com.docker.network.driver.mtu";

    public static bool Flag(NetworkRecord network, string key, bool fallback) =>
        Text(network, key) is not { Length: > 0 } text ? fallback
        : GoBoolean.TryParse(text, out var value) ? value
        : throw Invalid(key, text, "true or false is wanted");

    public static string Text(NetworkRecord network, string key) => network.Options.GetValueOrDefault(key, "");

    public static IPAddress? Address(NetworkRecord network, string key, bool isIPv6)
    {
        var text = Text(network, key);
        if (text.Length == 0) return null;
        return IPAddress.TryParse(text, out var address) && address.AddressFamily ==
            (isIPv6 ? System.Net.Sockets.AddressFamily.InterNetworkV6 : System.Net.Sockets.AddressFamily.InterNetwork)
            ? address : throw Invalid(key, text, $"an IPv{(isIPv6 ? 6 : 4)} address is wanted");
    }

    /// <summary>0 where the network says nothing.</summary>
    public static int MtuOf(NetworkRecord network)
    {
        const int least = 68;
        const int most = 65535;
        var text = Text(network, Mtu);
        if (text.Length == 0) return 0;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var mtu) && mtu is 0 or (>= least and <= most)
            ? mtu : throw Invalid(Mtu, text, $"a number from {least} to {most} is wanted");
    }

    public static InvalidArgumentException Invalid(string key, string value, string hint) => new($"invalid value for option {key}: \"{value}\": {hint}");
}
