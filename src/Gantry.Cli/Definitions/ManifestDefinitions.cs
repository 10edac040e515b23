using Gantry.Cli.Commands;

namespace Gantry.Cli.Definitions;

/// <summary>Names, arguments and options of the manifest commands, as Docker documents them.</summary>
internal static class ManifestDefinitions
{
    public static Command? Find(string name) => name switch
    {
        "annotate" => new("annotate", "annotate [OPTIONS] MANIFEST_LIST MANIFEST", "Add additional information to a local image manifest", 2, 2, ManifestCommands.AnnotateAsync)
        {
            Options = static o =>
            {
                o.Add("arch", null, "string", "Set architecture");
                o.Add("os", null, "string", "Set operating system");
                o.Add("os-features", null, "strings", "Set operating system feature");
                o.Add("os-version", null, "string", "Set operating system version");
                o.Add("variant", null, "string", "Set architecture variant");
            },
        },
        "create" => new("create", "create MANIFEST_LIST MANIFEST [MANIFEST...]", "Create a local manifest list for annotating and pushing to a registry", 2, Command.Any, ManifestCommands.CreateAsync)
        {
            Options = static o =>
            {
                o.Add("amend", 'a', "bool", "Amend an existing manifest list");
                o.Add("insecure", null, "bool", "Allow communication with an insecure registry");
            },
        },
        "inspect" => new("inspect", "inspect [OPTIONS] [MANIFEST_LIST] MANIFEST", "Display an image manifest, or manifest list", 1, 2, ManifestCommands.InspectAsync)
        {
            Options = static o =>
            {
                o.Add("insecure", null, "bool", "Allow communication with an insecure registry");
                o.Add("verbose", 'v', "bool", "Output additional info including layers and platform");
            },
        },
        "push" => new("push", "push [OPTIONS] MANIFEST_LIST", "Push a manifest list to a repository", 1, 1, ManifestCommands.PushAsync)
        {
            Options = static o =>
            {
                o.Add("insecure", null, "bool", "Allow push to an insecure registry");
                o.Add("purge", 'p', "bool", "Remove the local manifest list after push");
            },
        },
        "rm" => new("rm", "rm MANIFEST_LIST [MANIFEST_LIST...]", "Delete one or more manifest lists from local storage", 1, Command.Any, ManifestCommands.RemoveAsync),
        _ => null,
    };
}
