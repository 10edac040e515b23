using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Compose;

/// <summary>The options between <c>compose</c> and the command.</summary>
internal static class ComposeOptions
{
    public static OptionSet Create()
    {
        var options = new OptionSet();
        options.Add("all-resources", null, "bool", "Include all resources, even those not used by services");
        options.Add("ansi", null, "string", "Control when to print ANSI control characters (\"never\"|\"always\"|\"auto\")", "auto");
        options.Add("compatibility", null, "bool", "Run compose in backward compatibility mode");
        options.Add("dry-run", null, "bool", "Execute command in dry run mode");
        options.Add("env-file", null, "stringArray", "Specify an alternate environment file");
        options.Add("file", 'f', "stringArray", "Compose configuration files");
        options.Add("parallel", null, "int", "Control max parallelism, -1 for unlimited", "-1");
        options.Add("profile", null, "stringArray", "Specify a profile to enable");
        options.Add("progress", null, "string", "Set type of progress output (auto, tty, plain, quiet)", "auto");
        options.Add("project-directory", null, "string", "Specify an alternate working directory\n(default: the path of the, first specified, Compose file)");
        options.Add("project-name", 'p', "string", "Project name");
        options.AddHidden("no-ansi", null, "bool");
        options.AddHidden("verbose", null, "bool");
        options.AddHidden("workdir", null, "string");
        options.Add("version", 'v', "bool", "Show the Docker Compose version information");
        return options;
    }
}
