using Gantry.Cli.Terminals;
using Gantry.Compose.Model;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose;

/// <summary>The options that up, create and run share.</summary>
internal static class UpRequest
{
    public static UpOptions From(ComposeCall call, ComposeProject? project = null) => new()
    {
        Recreate = Given(call, "force-recreate") ? RecreatePolicy.Force : Given(call, "no-recreate") ? RecreatePolicy.Never : RecreatePolicy.Diverged,
        RecreateDependencies = Given(call, "always-recreate-deps") ? RecreatePolicy.Force : Given(call, "no-recreate") ? RecreatePolicy.Never : RecreatePolicy.Diverged,
        Services = call.Arguments,
        RemoveOrphans = call.RemovesOrphans(project),
        RenewAnonymousVolumes = Given(call, "renew-anon-volumes"),
        StopTimeout = Given(call, "timeout") ? (int)call.Number("timeout") : null,
        PullPolicy = Given(call, "pull") && call.Text("pull") != "policy" ? call.Text("pull") : null,
        Build = Given(call, "build"),
        NeverBuilds = Given(call, "no-build"),
        QuietPull = Given(call, "quiet-pull"),
        KeepsUnused = call.Shared["all-resources"].AsBoolean(),
        Parallel = call.Parallel,
        Confirm = question => Given(call, "yes") || (Terminal.InputIsTerminal && Confirmation.Ask(call.Out, question)),
    };

    private static bool Given(ComposeCall call, string option) => call.Call.TryOption(option) is { IsGiven: true } given && (!given.IsSwitch || given.AsBoolean());
}
