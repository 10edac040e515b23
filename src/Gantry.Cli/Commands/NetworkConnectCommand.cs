using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>network connect and network disconnect.</summary>
internal static class NetworkConnectCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var options = call.List("driver-opt").SelectMany(Csv.Split).ToList();
        if (options.Exists(option => option.IndexOf('=', StringComparison.Ordinal) <= 0)) throw new CommandLineException("invalid key/value pair format in driver options");
        var endpoint = new JsonBody();
        var ipam = new JsonBody();
        ipam.SetIfGiven("IPv4Address", call.Text("ip"));
        ipam.SetIfGiven("IPv6Address", call.Text("ip6"));
        ipam.SetIfGiven("LinkLocalIPs", call.List("link-local-ip").SelectMany(Csv.Split).ToList());
        endpoint.SetIfGiven("IPAMConfig", ipam);
        endpoint.SetIfGiven("Links", call.List("link").ToList());
        endpoint.SetIfGiven("Aliases", call.List("alias").SelectMany(Csv.Split).ToList());
        endpoint.SetIfGiven("DriverOpts", KeyValues.ToObject(options));
        endpoint.SetIfGiven("GwPriority", call.Number("gw-priority"));
        var body = new JsonBody { ["Container"] = call.Arguments[1], ["EndpointConfig"] = endpoint };
        await call.Client.PostAsync($"/networks/{Query.Segment(call.Arguments[0])}/connect", body.ToUtf8()).ConfigureAwait(false);
        return 0;
    }

    public static async ValueTask<int> DisconnectAsync(Invocation call)
    {
        var body = new JsonBody { ["Container"] = call.Arguments[1], ["Force"] = call.Flag("force") };
        await call.Client.PostAsync($"/networks/{Query.Segment(call.Arguments[0])}/disconnect", body.ToUtf8()).ConfigureAwait(false);
        return 0;
    }
}
