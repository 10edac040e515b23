using D = Gantry.Cli.Definitions;

namespace Gantry.Cli;

/// <summary>Names to commands. Looking one up builds no other.</summary>
internal static class CommandTable
{
    public static readonly string[] ContainerNames =
        ["attach", "commit", "cp", "create", "diff", "exec", "export", "inspect", "kill", "logs", "ls", "pause", "port", "prune", "rename", "restart", "rm", "run", "start", "stats", "stop", "top", "unpause", "update", "wait"];

    public static readonly string[] ImageNames = ["build", "history", "import", "inspect", "load", "ls", "prune", "pull", "push", "rm", "save", "tag"];

    public static readonly string[] SystemNames = ["df", "events", "info", "prune"];

    public static readonly string[] ManifestNames = ["annotate", "create", "inspect", "push", "rm"];

    public static readonly string[] NetworkNames = ["connect", "create", "disconnect", "inspect", "ls", "prune", "rm"];

    public static readonly string[] VolumeNames = ["create", "inspect", "ls", "prune", "rm", "update"];

    public static readonly string[] CommonNames = ["run", "exec", "ps", "build", "pull", "push", "images", "login", "logout", "search", "version", "info"];

    public static readonly string[] OtherNames =
        ["attach", "bake", "commit", "cp", "create", "diff", "events", "export", "history", "import", "inspect", "kill", "load", "logs", "pause", "port", "rename", "restart", "rm", "rmi", "save", "start", "stats", "stop", "tag", "top", "unpause", "update", "wait"];

    public static bool IsGroup(string name) => name is "builder" or "buildx" or "container" or "context" or "image" or "manifest" or "network" or "system" or "volume" or "completion";

    /// <summary>A command or group of this program.</summary>
    public static bool IsOurs(string name) => name == "compose" || IsGroup(name) || Find(name) is not null;

    public static IReadOnlyList<string> NamesOf(string group) => group switch
    {
        "container" => ContainerNames,
        "image" => ImageNames,
        "builder" or "buildx" => D.BuilderDefinitions.Names,
        "context" => D.ContextDefinitions.Names,
        "manifest" => ManifestNames,
        "network" => NetworkNames,
        "volume" => VolumeNames,
        "completion" => ["bash", "fish", "zsh"],
        _ => SystemNames,
    };

    public static Command? FindInGroup(string group, string name) => (group, name) switch
    {
        ("container", "ls" or "list" or "ps") => D.ContainerDefinitions.Ps(),
        ("container", "remove") => D.ContainerDefinitions.Rm(),
        ("container", "inspect") => D.SystemDefinitions.ContainerInspect(),
        ("container", "prune") => D.FileDefinitions.ContainerPrune(),
        ("container", _) when Array.IndexOf(ContainerNames, name) >= 0 => Find(name),
        ("image", "ls" or "list") => D.ImageDefinitions.Images(),
        ("image", "rm" or "remove") => D.ImageDefinitions.Rmi(),
        ("image", "inspect") => D.SystemDefinitions.ImageInspect(),
        ("image", "prune") => D.FileDefinitions.ImagePrune(),
        ("image", _) when Array.IndexOf(ImageNames, name) >= 0 => Find(name),
        ("builder" or "buildx", _) => D.BuilderDefinitions.Find(group, name),
        ("context", _) => D.ContextDefinitions.Find(name),
        ("manifest", _) => D.ManifestDefinitions.Find(name),
        ("network", _) => D.NetworkDefinitions.Find(name),
        ("volume", "create") => D.VolumeDefinitions.Create(),
        ("volume", "inspect") => D.VolumeDefinitions.Inspect(),
        ("volume", "ls" or "list") => D.VolumeDefinitions.Ls(),
        ("volume", "prune") => D.VolumeDefinitions.Prune(),
        ("volume", "rm" or "remove") => D.VolumeDefinitions.Rm(),
        ("volume", "update") => D.VolumeDefinitions.Update(),
        ("system", "df") => D.FileDefinitions.Df(),
        ("system", "prune") => D.FileDefinitions.SystemPrune(),
        ("system", "events" or "info") => Find(name),
        ("system", "dial-stdio") => D.SystemDefinitions.DialStdio(),
        ("completion", "bash" or "zsh" or "fish") => D.SystemDefinitions.Completion(name),
        _ => null,
    };

    public static Command? Find(string name) => name switch
    {
        "bake" => D.BuilderDefinitions.Bake(),
        "build" => D.BuildDefinitions.Build(),
        "run" => D.ContainerDefinitions.Run(),
        "create" => D.ContainerDefinitions.Create(),
        "start" => D.ContainerDefinitions.Start(),
        "stop" => D.ContainerDefinitions.Stop(),
        "restart" => D.ContainerDefinitions.Restart(),
        "kill" => D.ContainerDefinitions.Kill(),
        "rm" => D.ContainerDefinitions.Rm(),
        "pause" => D.ContainerDefinitions.Pause(),
        "unpause" => D.ContainerDefinitions.Unpause(),
        "update" => D.ContainerDefinitions.Update(),
        "wait" => D.ContainerDefinitions.Wait(),
        "attach" => D.ContainerDefinitions.Attach(),
        "exec" => D.ContainerDefinitions.Exec(),
        "logs" => D.ContainerDefinitions.Logs(),
        "ps" => D.ContainerDefinitions.Ps(),
        "top" => D.ContainerDefinitions.Top(),
        "stats" => D.ContainerDefinitions.Stats(),
        "rename" => D.ContainerDefinitions.Rename(),
        "port" => D.ContainerDefinitions.Port(),
        "diff" => D.ContainerDefinitions.Diff(),
        "cp" => D.FileDefinitions.Cp(),
        "commit" => D.FileDefinitions.Commit(),
        "export" => D.FileDefinitions.Export(),
        "images" => D.ImageDefinitions.Images(),
        "pull" => D.ImageDefinitions.Pull(),
        "push" => D.ImageDefinitions.Push(),
        "load" => D.ImageDefinitions.Load(),
        "save" => D.ImageDefinitions.Save(),
        "import" => D.ImageDefinitions.Import(),
        "tag" => D.ImageDefinitions.Tag(),
        "rmi" => D.ImageDefinitions.Rmi(),
        "search" => D.ImageDefinitions.Search(),
        "history" => D.ImageDefinitions.History(),
        "events" => D.SystemDefinitions.Events(),
        "login" => D.SystemDefinitions.Login(),
        "logout" => D.SystemDefinitions.Logout(),
        "version" => D.SystemDefinitions.Version(),
        "info" => D.SystemDefinitions.Info(),
        "inspect" => D.SystemDefinitions.Inspect(),
        "__complete" => D.SystemDefinitions.Complete(),
        _ => null,
    };
}
