using System.Diagnostics;

namespace Gantry.Spec;

/// <summary>Where spans of OpenTelemetry come from. Without a listener, which only the OTEL variables bring, none is made.</summary>
public static class Tracing
{
    public const string Name = "gantry";

    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Begins a span that ends when it is disposed; null without a listener.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="attributes">What it is done to.</param>
    public static Activity? Begin(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        var span = Source.StartActivity(name);
        foreach (var (attribute, value) in attributes)
        {
            span?.SetTag(attribute, value);
        }

        return span;
    }

    /// <summary>Says why it failed. For a filter of <c>catch</c>: false.</summary>
    public static bool Fail(Activity? span, string reason)
    {
        span?.SetStatus(ActivityStatusCode.Error, reason);
        return false;
    }
}
