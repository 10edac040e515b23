using Gantry.Build.Solving;
using Gantry.Build.Sources;

namespace Gantry.Build;

/// <summary>Takes the filesystem that was built, in place of an image.</summary>
/// <param name="Name">As progress shows it: <c>exporting to client directory</c>.</param>
/// <param name="Take">Must be done with the tree when it returns.</param>
public sealed record TreeOutput(string Name, Func<DirectoryTree, StepReport, CancellationToken, Task> Take);
