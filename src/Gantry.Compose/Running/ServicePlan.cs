using Gantry.Compose.Model;

namespace Gantry.Compose.Running;

public enum ContainerAction
{
    /// <summary>It is as the files say.</summary>
    Keep,
    Create,
    Recreate,
    Remove,
}

/// <summary>What is to be done with one container.</summary>
/// <param name="Number">Of the container in its service.</param>
/// <param name="Existing">The container there is; null of one to be made.</param>
/// <param name="Reason">Why; empty where that is plain.</param>
public sealed record PlannedContainer(ContainerAction Action, ComposeService Service, int Number, ComposeContainer? Existing, string Reason);

/// <summary>Holds what the files say of a service against the containers it has.</summary>
public static class ServicePlan
{
    /// <param name="existing">The service's containers.</param>
    /// <param name="imageId">What its image is now; empty where that is not known yet.</param>
    /// <param name="isPeerNew">A container it shares namespaces or volumes with is another one now.</param>
    /// <param name="misses">What of the project's networks and volumes a container lacks, as a reason; empty where it has all.</param>
    public static IReadOnlyList<PlannedContainer> Of(
        ComposeService service, IReadOnlyList<ComposeContainer> existing, RecreatePolicy policy, string imageId, bool isPeerNew, Func<ComposeContainer, string>? misses = null)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(existing);
        var reasons = existing.ToDictionary(container => container, Reason);
        // Where there are too many, those go that would have to be made anew, and then the last.
        var ordered = existing.OrderBy(container => reasons[container].Length > 0).ThenBy(container => container.Number).ToList();
        var plan = new List<PlannedContainer>();
        foreach (var (i, container) in ordered.Index())
        {
            var action = i >= service.Replicas ? ContainerAction.Remove : reasons[container].Length > 0 ? ContainerAction.Recreate : ContainerAction.Keep;
            plan.Add(new(action, service, container.Number, container, action == ContainerAction.Remove ? "there are more than asked for" : reasons[container]));
        }

        var next = existing.Select(container => container.Number).DefaultIfEmpty(0).Max() + 1;
        for (var i = existing.Count; i < service.Replicas; i++)
        {
            plan.Add(new(ContainerAction.Create, service, next++, null, ""));
        }

        return plan;

        string Reason(ComposeContainer container) => policy switch
        {
            RecreatePolicy.Never => "",
            RecreatePolicy.Force => "it was asked for",
            _ when !ServiceHash.Matches(service, container.ConfigHash) => "its configuration changed",
            _ when imageId.Length > 0 && container.Labels.GetValueOrDefault(ComposeLabels.Image, "") != imageId => "its image changed",
            _ when isPeerNew => "what it shares with was made anew",
            _ => misses?.Invoke(container) ?? "",
        };
    }
}
