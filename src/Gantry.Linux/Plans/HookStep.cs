namespace Gantry.Linux.Plans;

/// <summary>A program that the new process runs by the way. It gets, as its input, what is told of the container.</summary>
/// <param name="Path">Of the program, where the process is by then.</param>
/// <param name="StateBeforePid">What comes before the number of the process.</param>
/// <param name="StateAfterPid">What comes after it.</param>
/// <param name="Timeout">Seconds after which it is killed; null: it may take as long as it likes.</param>
public sealed record HookStep(
    string Path,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<string> Environment,
    string StateBeforePid,
    string StateAfterPid,
    int? Timeout);
