using Gantry.Cli.CommandLine;
using Gantry.Cli.Run;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>network create.</summary>
internal static class NetworkCreateCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var body = new JsonBody { ["Name"] = call.Arguments[0], ["CheckDuplicate"] = true, ["Driver"] = call.Text("driver") };
        body.SetIfGiven("Scope", call.Text("scope"));
        if (call.Has("ipv4")) body["EnableIPv4"] = call.Flag("ipv4");
        if (call.Has("ipv6")) body["EnableIPv6"] = call.Flag("ipv6");
        body["IPAM"] = Ipam(call);
        body.SetIfGiven("Internal", call.Flag("internal"));
        body.SetIfGiven("Attachable", call.Flag("attachable"));
        body.SetIfGiven("Ingress", call.Flag("ingress"));
        body.SetIfGiven("ConfigOnly", call.Flag("config-only"));
        if (call.Text("config-from") is { Length: > 0 } source) body["ConfigFrom"] = new JsonBody { ["Network"] = source };
        body["Options"] = KeyValues.ToObject(call.List("opt"));
        body["Labels"] = KeyValues.ToObject(call.List("label"));
        var created = await call.Client.PostAsync("/networks/create", body.ToUtf8()).ConfigureAwait(false);
        if (created.Text("Warning") is { Length: > 0 } warning) call.Out.ErrorLine($"WARNING: {warning}");
        call.Out.Line(created.Text("Id"));
        return 0;
    }

    private static JsonBody Ipam(Invocation call)
    {
        var body = new JsonBody { ["Driver"] = call.Text("ipam-driver"), ["Options"] = KeyValues.ToObject(call.List("ipam-opt")) };
        body["Config"] = Subnets.Read(Values(call, "subnet"), Values(call, "ip-range"), Values(call, "gateway"), call.List("aux-address")).ConvertAll(subnet => subnet.ToBody());
        return body;
    }

    // A list given at once: --subnet a,b
    private static List<string> Values(Invocation call, string option) => [.. call.List(option).SelectMany(value => value.Split(','))];
}
