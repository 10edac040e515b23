namespace Gantry.Engine.Networks;

/// <summary>Names of options that are every driver's (libnetwork's <c>netlabel</c>).</summary>
internal static class NetworkLabels
{
    public const string EnableIPv4 = "com.docker.network.enable_ipv4";
    public const string EnableIPv6 = "com.docker.network.enable_ipv6";
}
