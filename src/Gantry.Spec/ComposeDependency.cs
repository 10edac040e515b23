namespace Gantry.Spec;

/// <summary>On what a container of a Compose project depends, as Docker Compose writes it into a label.</summary>
/// <param name="Condition"><c>service_started</c>, <c>service_healthy</c> or <c>service_completed_successfully</c>.</param>
/// <param name="Restarts">It restarts when that does.</param>
public readonly record struct ComposeDependency(string Service, string Condition, bool Restarts)
{
    public const string Label = "com.docker.compose.depends_on";

    /// <param name="label"><c>db:service_healthy:false,cache:service_started:true</c>; older versions wrote the names alone.</param>
    public static IEnumerable<ComposeDependency> Parse(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return label.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(entry => entry.Split(':'))
            .Select(parts => new ComposeDependency(parts[0], parts.Length > 1 ? parts[1] : "service_started", parts.Length > 2 && parts[2] == "true"));
    }
}
