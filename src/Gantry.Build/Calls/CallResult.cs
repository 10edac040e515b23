namespace Gantry.Build.Calls;

/// <summary>The answer to a <see cref="DockerfileCall"/>, as programs read it and as people do.</summary>
/// <param name="Json">One of the types of <see cref="Spec.Build.DockerfileJson"/>.</param>
/// <param name="Text">Lines.</param>
/// <param name="Status">What a command that asks ends with; null where the question has no bad answer.</param>
public sealed record CallResult(byte[] Json, string Text, int? Status = null)
{
    /// <summary>Of the form of the answer.</summary>
    public const string Version = "1.0.0";
}
