using System.Text;
using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Cli.Lists;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>Builders: the daemon, and the names that it and others were given (<see cref="BuilderEditCommands"/>).</summary>
internal static class BuilderCommands
{
    /// <summary>Whose commands, options and output bake and the others have.</summary>
    private const string CompatibleVersion = "v0.29.1";
    private const string Table = "{{.Name}}\t{{.DriverEndpoint}}\t{{.Status}}\t{{.Buildkit}}\t{{.Platforms}}";

    public static async ValueTask<int> ListAsync(Invocation call)
    {
        var (session, current) = (call.Session, BuilderChoice.Current(call.Session) ?? call.Session.Context.Name);
        var builders = new List<Builder>();
        foreach (var named in session.Builders.List()) builders.Add(await ReadAsync(session, named.Name, named).ConfigureAwait(false));
        builders.Add(await ReadAsync(session, Builder.DefaultName, null).ConfigureAwait(false));
        foreach (var context in session.Contexts.List()) builders.Add(await ReadAsync(session, context.Name, null).ConfigureAwait(false));
        if (call.Text("format") == "json")
        {
            foreach (var builder in builders) call.Out.Line(Json(builder, builder.Name == current));
            return 0;
        }

        Line[] lines = [.. builders.SelectMany(builder => builder.Error.Length > 0 ? (Line[])[new(builder, builder.Name == current, IsNode: false)] : [new(builder, builder.Name == current, IsNode: false), new(builder, false, IsNode: true)])];
        ListWriter.Write(call.Out, call.Text("format"), Table, lines, Columns(call.Text("format") is "" or "table"), "*buildx.lsContext");
        foreach (var builder in builders.Where(builder => builder.Error.Length > 0)) call.Out.Write($"\nCannot load builder {builder.Name}: {builder.Error}\n");
        return 0;
    }

    public static async ValueTask<int> InspectAsync(Invocation call)
    {
        var name = call.Arguments is [var given] ? given
            : BuilderChoice.Named(call) ?? BuilderChoice.Current(call.Session) ?? Builder.DefaultName;
        BuilderChoice.Require(call.Session, name);
        var builder = await ReadAsync(call.Session, name, call.Session.Builders.Find(name)).ConfigureAwait(false);
        call.Out.Write($"Name:          {builder.Name}\nDriver:        {builder.Driver}\n");
        if (builder.LastActivity.Length > 0) call.Out.Line($"Last Activity: {builder.LastActivity}");
        if (builder.Error.Length > 0)
        {
            call.Out.Line($"Error:         {builder.Error}");
            return 0;
        }

        call.Out.Write($"\nNodes:\nName:             {builder.Node}\nEndpoint:         {builder.Endpoint}\nStatus:           {builder.Status}\nBuildKit version: {builder.Version}\nPlatforms:        {string.Join(", ", builder.Platforms)}\nLabels:\n");
        foreach (var (label, value) in builder.Labels) call.Out.Line($" {label}: {value}");
        return 0;
    }

    public static ValueTask<int> VersionAsync(Invocation call)
    {
        call.Out.Line($"github.com/docker/buildx {CompatibleVersion} gantry-{Session.Version}");
        return new(0);
    }

    /// <param name="named">Null for the daemon of a context.</param>
    public static async ValueTask<Builder> ReadAsync(Session session, string name, NamedBuilder? named)
    {
        if (name == Builder.DefaultName) return await Builder.ReadAsync(session.Client, name, null).ConfigureAwait(false);
        using var client = session.ClientAt(named?.Endpoint ?? name);
        return await Builder.ReadAsync(client, name, named).ConfigureAwait(false);
    }

    private static Column<Line>[] Columns(bool isTable) =>
    [
        new("Name", "NAME/NODE", line => line.IsNode && isTable ? $" \\_ {line.Builder.Node}" : line.IsCurrent && isTable ? $"{line.Builder.Name}*" : line.Builder.Name),
        new("DriverEndpoint", "DRIVER/ENDPOINT", line => !line.IsNode ? line.Builder.Driver : isTable ? $" \\_ {line.Builder.Endpoint}" : line.Builder.Endpoint),
        new("LastActivity", "LAST ACTIVITY", line => line.IsNode ? "" : line.Builder.LastActivity),
        new("Status", "STATUS", line => line.IsNode || line.Builder.Error.Length > 0 ? line.Builder.Status : ""),
        new("Buildkit", "BUILDKIT", line => line.IsNode ? line.Builder.Version : ""),
        new("Platforms", "PLATFORMS", line => line.IsNode ? string.Join(", ", line.Builder.Platforms) : ""),
        new("Error", "ERROR", line => line.IsNode ? "" : line.Builder.Error),
    ];

    private static string Json(Builder builder, bool isCurrent)
    {
        var body = new JsonBody { ["Current"] = isCurrent, ["Driver"] = builder.Driver, ["Dynamic"] = builder.Node != builder.Name };
        body.SetIfGiven("Err", builder.Error);
        body.SetIfGiven("LastActivity", builder.LastUsed is { } time ? Units.Rfc3339(time.ToUniversalTime()) : null);
        body["Name"] = builder.Name;
        var node = new JsonBody { ["Endpoint"] = builder.Endpoint };
        node.SetIfGiven("Labels", JsonBody.Of(builder.Labels));
        node["Name"] = builder.Node;
        node.SetIfGiven("Platforms", builder.Platforms.ToList());
        node["Status"] = builder.Status;
        node.SetIfGiven("Version", builder.Version);
        body["Nodes"] = new List<JsonBody> { node };
        return Encoding.UTF8.GetString(body.ToUtf8().Span);
    }

    /// <summary>A builder, or its node below it.</summary>
    private sealed record Line(Builder Builder, bool IsCurrent, bool IsNode);
}
