using System.Globalization;
using Gantry.Cli.CommandLine;
using Gantry.Compose;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;

namespace Gantry.Cli.Compose;

/// <summary>Which services of a project a command is for.</summary>
internal static class ProjectChoice
{
    /// <summary>Those that are named, and what they depend on unless <c>--no-deps</c> says otherwise.</summary>
    public static ComposeProject Of(ComposeCall call)
    {
        var project = call.Project(call.Arguments);
        return call.Flag("no-deps") && call.Arguments.Count > 0 ? project.WithServices([.. call.Arguments], includesDependencies: false) : project;
    }

    /// <param name="scales"><c>service=number</c>.</param>
    public static ComposeProject Scaled(ComposeProject project, IEnumerable<string> scales)
    {
        var services = new SortedDictionary<string, ComposeService>(project.Services.ToDictionary(), StringComparer.Ordinal);
        foreach (var text in scales)
        {
            if (text.Split('=', 2) is not [var name, var count] || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw new CommandLineException($"invalid scale {OptionValues.Quote(text)}: it has to be SERVICE=NUM");
            }

            if (!services.TryGetValue(name, out var service)) throw new ComposeException($"no such service: {name}");
            services[name] = service with { Scale = number };
        }

        return project with { Services = services };
    }
}
