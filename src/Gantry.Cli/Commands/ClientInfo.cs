using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Cli.Plugins;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>The part of info that is this program's own.</summary>
internal static class ClientInfo
{
    public static string Text(Session session)
    {
        var text = new StringBuilder($"Client:\n Version:    {Session.Version}\n Context:    {session.Context.Name}\n Debug Mode: {(session.IsDebug ? "true" : "false")}\n");
        var plugins = PluginFinder.List(session).ToList();
        if (plugins.Count > 0) text.Append(" Plugins:\n");
        foreach (var plugin in plugins)
        {
            text.Append("  ").Append(plugin.Name).Append(": ").Append(plugin.Summary).Append(" (").Append(plugin.Vendor).Append(")\n");
            if (plugin.Version.Length > 0) text.Append("    Version:  ").Append(plugin.Version).Append('\n');
            text.Append("    Path:     ").Append(plugin.Path).Append('\n');
        }

        return text.Append('\n').ToString();
    }

    /// <summary>The daemon's part, and this as its last member.</summary>
    public static JsonElement AddTo(JsonElement info, Invocation call)
    {
        var session = call.Session;
        var all = JsonBody.Of(info.Members().Select(member => KeyValuePair.Create(member.Name, member.Value)));
        var own = VersionCommand.Client(call, own: new JsonBody { ["Debug"] = session.IsDebug });
        own["Plugins"] = PluginFinder.List(session).Select(plugin => new JsonBody
        {
            ["SchemaVersion"] = "0.1.0", ["Vendor"] = plugin.Vendor, ["Version"] = plugin.Version, ["ShortDescription"] = plugin.Summary, ["Name"] = plugin.Name, ["Path"] = plugin.Path,
        }).ToList();
        own["Warnings"] = null;
        all["ClientInfo"] = own;
        return JsonDocument.Parse(all.ToUtf8()).RootElement;
    }
}
