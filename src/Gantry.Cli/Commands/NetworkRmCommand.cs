using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Commands;

/// <summary>network rm.</summary>
internal static class NetworkRmCommand
{
    public static ValueTask<int> RunAsync(Invocation call) => Each.RunAsync(call, async name =>
    {
        try
        {
            await call.Client.DeleteAsync($"/networks/{Query.Segment(name)}").ConfigureAwait(false);
            return name;
        }
        catch (NotFoundException) when (call.Flag("force"))
        {
            return null;
        }
    });
}

/// <summary>network prune.</summary>
internal static class NetworkPruneCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        if (!call.Flag("force") && !await Confirmation.AskAsync(call, "WARNING! This will remove all custom networks not used by at least one container.\nAre you sure you want to continue?").ConfigureAwait(false))
        {
            return 0;
        }

        var answer = await call.Client.PostAsync(new Query("/networks/prune").Add("filters", Lists.Filters.ToQuery(call.List("filter"))).ToString()).ConfigureAwait(false);
        var deleted = answer.Texts("NetworksDeleted").ToList();
        if (deleted.Count > 0) call.Out.Line($"Deleted Networks:\n{string.Join('\n', deleted)}\n");
        return 0;
    }
}
