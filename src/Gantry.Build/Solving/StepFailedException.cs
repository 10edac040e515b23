using Gantry.Build.Store;

namespace Gantry.Build.Solving;

/// <summary>A step could not be done; the message says why, without saying which step it was.</summary>
/// <param name="step">Which.</param>
/// <param name="exitCode">Its program's; null where no program ended.</param>
/// <param name="tail">The last of what its program wrote.</param>
public sealed class StepFailedException(Step step, string message, int? exitCode, byte[] tail, Exception? innerException = null) : Exception(message, innerException)
{
    public Step Step { get; } = step;

    public int? ExitCode { get; } = exitCode;

    public byte[] Tail { get; } = tail;

    /// <summary>The filesystem as it was left, where the build keeps it.</summary>
    public LayerStack? Left { get; init; }

    /// <summary>The id of an image of <see cref="Left"/>; empty where there is none.</summary>
    public string Image { get; set; } = "";
}
