using Gantry.Compose.Nodes;
using Gantry.Spec;

namespace Gantry.Compose;

/// <summary>A Compose file, an environment file or what they say together is wrong.</summary>
public sealed class ComposeException(string message, Origin? origin = null, Exception? innerException = null)
    : GantryException(origin is null || origin.IsImplied ? message : $"{origin}: {message}", innerException)
{
    /// <summary>Where, if it is known.</summary>
    public Origin? Origin { get; } = origin;
}
