using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Lists;
using Gantry.Cli.Manifests;
using Gantry.Cli.Run;
using Gantry.Spec.Templates;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

/// <summary>inspect: the daemon's JSON of objects, of a type or whichever has the name.</summary>
internal static class InspectCommand
{
    /// <summary>The type of a command that has an option for the platform too.</summary>
    private const string ImageWithPlatform = "image with platform";
    private const string RemoteImage = "image at its registry";
    private static readonly string[] Types = ["container", "image", "network", "volume"];

    public static ValueTask<int> RunAsync(Invocation call)
    {
        var type = call.Text("type");
        if (call.Has("type") && type.Length == 0) throw new CommandLineException("type is empty: must be one of \"config\", \"container\", \"image\", \"network\", \"node\", \"plugin\", \"secret\", \"service\", \"task\", \"volume\"");
        if (type is not ("" or "container" or "image" or "network" or "volume" or "config" or "node" or "plugin" or "secret" or "service" or "task")) throw new CommandLineException($"unknown type: {OptionValues.Quote(type)}: must be one of \"config\", \"container\", \"image\", \"network\", \"node\", \"plugin\", \"secret\", \"service\", \"task\", \"volume\"");
        return InspectAsync(call, type.Length == 0 ? Types : [type], type.Length == 0, call.Flag("size"));
    }

    public static ValueTask<int> RunContainerAsync(Invocation call) => InspectAsync(call, ["container"], false, call.Flag("size"));

    public static ValueTask<int> RunImageAsync(Invocation call) => InspectAsync(call, [call.Flag("registry") ? RemoteImage : ImageWithPlatform], false, false);

    public static ValueTask<int> RunNetworkAsync(Invocation call) => InspectAsync(call, ["network"], false, false);

    public static ValueTask<int> RunVolumeAsync(Invocation call) => InspectAsync(call, ["volume"], false, false);

    private static ValueTask<int> InspectAsync(Invocation call, string[] types, bool any, bool size) =>
        PrintAsync(call, call.Arguments, name => FindAsync(call, types, any, name, size));

    /// <summary>Prints what is found of each name as <c>--format</c> says; what is not found is told at the end.</summary>
    public static async ValueTask<int> PrintAsync(Invocation call, IReadOnlyList<string> names, Func<string, ValueTask<JsonElement>> find)
    {
        var format = call.Text("format");
        var compact = format == "json";
        var template = format.Length > 0 && !compact ? ListWriter.Parse(format, "template parsing error", 64) : null;
        var found = new List<JsonElement>();
        var failures = new List<string>();
        var text = new StringBuilder();
        var length = 0;
        foreach (var name in names)
        {
            try
            {
                var element = await find(name).ConfigureAwait(false);
                found.Add(element);
                if (template is null) continue;
                length = text.Length;
                template.Execute(Values.From(element), text, missingKeyIsError: true);
                text.Append('\n');
            }
            catch (TemplateException e)
            {
                text.Length = length;
                failures.Add($"template parsing error: {e.Message}");
                break;
            }
            catch (Exception e) when (e is GantryException or CommandLineException)
            {
                failures.Add(e.Message);
                if (e is UnavailableException) break;
            }
        }

        if (compact)
        {
            text.Append('[').AppendJoin(',', found.Select(f => Values.ToJson(f))).Append("]\n");
        }
        else if (template is null)
        {
            text.Append('[');
            for (var i = 0; i < found.Count; i++)
            {
                text.Append(i == 0 ? "\n    " : ",\n    ");
                JsonText.AppendIndented(text, found[i], "    ", 1);
            }

            text.Append(found.Count == 0 ? "]\n" : "\n]\n");
        }

        // A template's failure leaves the line it was on, as with Docker.
        if (template is not null && failures.Count > 0 && text.Length == 0) text.Append('\n');
        call.Out.Write(text.ToString());
        return failures.Count == 0 ? 0 : throw new CommandLineException(string.Join('\n', failures));
    }

    private static async ValueTask<JsonElement> FindAsync(Invocation call, string[] types, bool any, string name, bool size)
    {
        if (types is [RemoteImage]) return await RemoteInspection.InspectAsync(call, name).ConfigureAwait(false);
        foreach (var type in types)
        {
            var target = type switch
            {
                "container" => new Query($"/containers/{Query.Segment(name)}/json").Add("size", size),
                "image" => new Query($"/images/{Query.Segment(name)}/json"),
                ImageWithPlatform => await new Query($"/images/{Query.Segment(name)}/json").AddPlatformsAsync(call, new ApiVersion(1, 49)).ConfigureAwait(false),
                "plugin" => new Query($"/plugins/{Query.Segment(name)}/json"),
                _ => new Query($"/{type}s/{Query.Segment(name)}"),
            };
            try
            {
                return await call.Client.GetAsync(target.ToString()).ConfigureAwait(false);
            }
            catch (GantryException e) when (any && e is not UnavailableException)
            {
                // Not of this type, or a type this daemon does not have.
            }
        }

        throw new NotFoundException($"Error: No such object: {name}");
    }
}
