using Gantry.Compose.Model;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose;

/// <summary>A line of <c>up --plan</c>.</summary>
internal static class PlanText
{
    public static string Of(ComposeProject project, PlannedContainer item)
    {
        var name = item.Existing?.Name ?? ContainerNames.Of(project, item.Service, item.Number);
        var what = item.Action switch
        {
            ContainerAction.Create => "create",
            ContainerAction.Recreate => "recreate",
            ContainerAction.Remove => "remove",
            _ when item.Existing!.IsRunning => "keep",
            _ => "start",
        };
        return item.Reason.Length > 0 ? $"{what,-8} {name}: {item.Reason}" : $"{what,-8} {name}";
    }
}
