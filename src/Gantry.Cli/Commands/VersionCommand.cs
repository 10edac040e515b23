using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Cli.Lists;
using Gantry.Spec.Templates;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

/// <summary>version: of this program and of the daemon.</summary>
internal static class VersionCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var format = call.Text("format") is "json" ? "{{json .}}" : call.Text("format");
        var template = format.Length > 0 ? ListWriter.Parse(format, "template parsing error", 64) : null;
        JsonElement server = default;
        GantryException? failure = null;
        try
        {
            server = await call.Client.GetAsync("/version").ConfigureAwait(false);
        }
        catch (GantryException e)
        {
            failure = e;
        }

        if (template is null) call.Out.Write(Text(call, server));
        else
        {
            var all = new JsonBody { ["Client"] = Client(call, new JsonBody()), ["Server"] = server.ValueKind == JsonValueKind.Object ? server : null };
            var output = new StringBuilder();
            try
            {
                template.Execute(Values.From(JsonDocument.Parse(all.ToUtf8()).RootElement), output, missingKeyIsError: true);
            }
            catch (TemplateException e) when (failure is null)
            {
                call.Out.Line(output.ToString());
                throw new CommandLineException(e.Message);
            }
            catch (TemplateException)
            {
                // What was asked for is the daemon's, which is told below.
            }

            call.Out.Line(output.ToString());
        }

        return failure is null ? 0 : throw failure;
    }

    private static string Architecture => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <param name="own">What it is added to.</param>
    internal static JsonBody Client(Invocation call, JsonBody own)
    {
        own["Version"] = Session.Version;
        own["ApiVersion"] = call.Client.Version.ToString();
        own["DefaultAPIVersion"] = ApiVersion.Newest.ToString();
        own["GitCommit"] = Session.Commit;
        own["GoVersion"] = "";
        own["Os"] = "linux";
        own["Arch"] = Architecture;
        own["BuildTime"] = "";
        own["Context"] = call.Session.Context.Name;
        return own;
    }

    private static string Text(Invocation call, JsonElement server)
    {
        var text = new StringBuilder("Client:\n");
        Line(text, " Version:", Session.Version);
        var used = call.Client.Version;
        Line(text, " API version:", used == ApiVersion.Newest ? $"{used}" : $"{used} (downgraded from {ApiVersion.Newest})");
        Line(text, " .NET version:", Environment.Version.ToString());
        Line(text, " OS/Arch:", $"linux/{Architecture}");
        Line(text, " Context:", call.Session.Context.Name);
        if (server.ValueKind != JsonValueKind.Object) return text.ToString();
        var platform = server.Text("Platform", "Name");
        text.Append(platform.Length > 0 ? $"\nServer: {platform}\n" : "\nServer:\n");
        var components = server.List("Components").ToList();
        if (components.Count == 0) AppendEngine(text, server, server);
        foreach (var component in components)
        {
            if (component.Text("Name") == "Engine")
            {
                AppendEngine(text, component.At("Details"), server);
                continue;
            }

            text.Append(' ').Append(component.Text("Name")).Append(":\n");
            Line(text, "  Version:", component.Text("Version"));
            foreach (var detail in component.Members("Details").OrderBy(d => d.Name, StringComparer.Ordinal)) Line(text, $"  {detail.Name}:", detail.Value.GetString() ?? "");
        }

        return text.ToString();
    }

    private static void AppendEngine(StringBuilder text, JsonElement details, JsonElement server)
    {
        text.Append(" Engine:\n");
        Line(text, "  Version:", server.Text("Version"));
        Line(text, "  API version:", $"{server.Text("ApiVersion")} (minimum version {server.Text("MinAPIVersion")})");
        Line(text, "  Go version:", server.Text("GoVersion"));
        Line(text, "  Git commit:", server.Text("GitCommit"));
        Line(text, "  Built:", Built(server.Text("BuildTime")));
        Line(text, "  OS/Arch:", $"{server.Text("Os")}/{server.Text("Arch")}");
        Line(text, "  Experimental:", details.Text("Experimental") is { Length: > 0 } experimental ? experimental : server.Flag("Experimental") ? "true" : "false");
    }

    // Go's time.ANSIC, the form Docker shows build times in.
    private static string Built(string time) => DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out var built)
        ? built.ToString("ddd MMM ", CultureInfo.InvariantCulture) + built.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2) + built.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture)
        : time;

    private static void Line(StringBuilder text, string label, string value) => text.Append(label.PadRight(20)).Append(value).Append('\n');
}
