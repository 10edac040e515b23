using Gantry.Cli.Hosts;

namespace Gantry.Cli;

/// <summary>Commands of Docker's that there will not be here: why, and what there is instead.</summary>
internal static class RefusedCommands
{
    /// <summary>One sentence; null for what is not refused.</summary>
    public static string? Reason(Session session, string name)
    {
        var program = session.Program;
        return name switch
        {
            "swarm" or "node" or "service" or "stack" or "config" or "secret" => $"{program} {name}: containers run on one machine, and there is no swarm: '{program} compose' runs applications on it, '{program} compose kube' writes manifests for several",
            "trust" => $"{program} trust: content trust is not supported: an image named by its digest (NAME@sha256:...) is verified when it is pulled",
            "checkpoint" => $"{program} checkpoint: checkpoints of processes are not supported: '{program} pause' halts them, '{program} commit' keeps their files",
            "plugin" => $"{program} plugin: managed plug-ins are not supported: volume plug-ins run as programs of their own that listen in /run/docker/plugins",
            _ => null,
        };
    }
}
