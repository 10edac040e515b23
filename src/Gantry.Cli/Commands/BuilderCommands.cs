using System.Text;
using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Cli.Lists;
using Gantry.Client;

namespace Gantry.Cli.Commands;

/// <summary>Builders: there is one, the daemon.</summary>
internal static class BuilderCommands
{
    /// <summary>Whose commands, options and output bake and the others have.</summary>
    private const string CompatibleVersion = "v0.29.1";
    private const string Table = "{{.Name}}\t{{.DriverEndpoint}}\t{{.Status}}\t{{.Buildkit}}\t{{.Platforms}}";

    public static async ValueTask<int> ListAsync(Invocation call)
    {
        var builder = await Builder.ReadAsync(call.Client).ConfigureAwait(false);
        if (call.Text("format") == "json")
        {
            call.Out.Line(Json(builder));
            return 0;
        }

        Line[] lines = builder.Error.Length > 0 ? [new(builder, IsNode: false)] : [new(builder, IsNode: false), new(builder, IsNode: true)];
        ListWriter.Write(call.Out, call.Text("format"), Table, lines, Columns(call.Text("format") is "" or "table"), "*buildx.lsContext");
        if (builder.Error.Length > 0) call.Out.Write($"\nCannot load builder {Builder.Name}: {builder.Error}\n");
        return 0;
    }

    public static async ValueTask<int> InspectAsync(Invocation call)
    {
        if (call.Arguments.Count > 0) Require(call.Arguments[0]);
        var builder = await Builder.ReadAsync(call.Client).ConfigureAwait(false);
        call.Out.Write($"Name:          {Builder.Name}\nDriver:        {(builder.Error.Length > 0 ? "" : "docker")}\n");
        if (builder.LastActivity.Length > 0) call.Out.Line($"Last Activity: {builder.LastActivity}");
        if (builder.Error.Length > 0)
        {
            call.Out.Line($"Error:         {builder.Error}");
            return 0;
        }

        call.Out.Write($"\nNodes:\nName:             {Builder.Name}\nEndpoint:         {Builder.Name}\nStatus:           {builder.Status}\nBuildKit version: {builder.Version}\nPlatforms:        {string.Join(", ", builder.Platforms)}\nLabels:\n");
        foreach (var (name, value) in builder.Labels) call.Out.Line($" {name}: {value}");
        return 0;
    }

    public static ValueTask<int> UseAsync(Invocation call)
    {
        Require(call.Arguments[0]);
        return new(0);
    }

    public static ValueTask<int> VersionAsync(Invocation call)
    {
        call.Out.Line($"github.com/docker/buildx {CompatibleVersion} gantry-{Session.Version}");
        return new(0);
    }

    public static ValueTask<int> RefuseCreateAsync(Invocation call) =>
        throw new CommandLineException($"ERROR: there is one builder, {Builder.Name}, which is the daemon itself: build without creating one, or name another daemon with --host");

    public static ValueTask<int> RefuseRemoveAsync(Invocation call)
    {
        foreach (var name in call.Arguments) Require(name);
        throw new CommandLineException($"ERROR: the builder {Builder.Name} is the daemon itself and cannot be removed: what it left goes with {call.Session.Program} buildx prune");
    }

    public static ValueTask<int> RefuseStopAsync(Invocation call)
    {
        foreach (var name in call.Arguments) Require(name);
        throw new CommandLineException($"ERROR: the builder {Builder.Name} is the daemon itself, which no client stops");
    }

    private static void Require(string name)
    {
        if (name != Builder.Name) throw new CommandLineException($"ERROR: no builder {OptionValues.Quote(name)} found: there is one, {Builder.Name}, which is the daemon itself");
    }

    private static Column<Line>[] Columns(bool isTable) =>
    [
        new("Name", "NAME/NODE", line => isTable ? line.IsNode ? $" \\_ {Builder.Name}" : $"{Builder.Name}*" : Builder.Name),
        new("DriverEndpoint", "DRIVER/ENDPOINT", line => !line.IsNode ? line.Builder.Error.Length > 0 ? "" : "docker" : isTable ? $" \\_ {Builder.Name}" : Builder.Name),
        new("LastActivity", "LAST ACTIVITY", line => line.IsNode ? "" : line.Builder.LastActivity),
        new("Status", "STATUS", line => line.IsNode || line.Builder.Error.Length > 0 ? line.Builder.Status : ""),
        new("Buildkit", "BUILDKIT", line => line.IsNode ? line.Builder.Version : ""),
        new("Platforms", "PLATFORMS", line => line.IsNode ? string.Join(", ", line.Builder.Platforms) : ""),
        new("Error", "ERROR", line => line.IsNode ? "" : line.Builder.Error),
    ];

    private static string Json(Builder builder)
    {
        var body = new JsonBody { ["Current"] = true, ["Driver"] = builder.Error.Length > 0 ? "" : "docker", ["Dynamic"] = false };
        body.SetIfGiven("Err", builder.Error);
        body.SetIfGiven("LastActivity", builder.LastUsed is { } time ? Units.Rfc3339(time.ToUniversalTime()) : null);
        body["Name"] = Builder.Name;
        var node = new JsonBody { ["Endpoint"] = Builder.Name };
        node.SetIfGiven("Labels", JsonBody.Of(builder.Labels));
        node["Name"] = Builder.Name;
        node.SetIfGiven("Platforms", builder.Platforms.ToList());
        node["Status"] = builder.Status;
        node.SetIfGiven("Version", builder.Version);
        body["Nodes"] = new List<JsonBody> { node };
        return Encoding.UTF8.GetString(body.ToUtf8().Span);
    }

    /// <summary>A builder, or its node below it.</summary>
    private sealed record Line(Builder Builder, bool IsNode);
}
