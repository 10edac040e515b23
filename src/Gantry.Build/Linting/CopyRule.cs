using Gantry.Build.Dockerfile;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Linting;

/// <summary>
/// What is copied of the context is in it. Where the ignore file has exceptions nothing is said: what of a directory is
/// left cannot be told from its patterns.
/// </summary>
internal static class CopyRule
{
    private static readonly LintRule CopyIgnoredFile = new("CopyIgnoredFile", "Attempting to Copy file that is excluded by .dockerignore");

    public static void Check(StageLinter stage, TransferInstruction transfer)
    {
        if (stage.Ignored is not { HasExceptions: false } ignored || transfer is CopyInstruction { From: not null })
        {
            return;
        }

        foreach (var path in transfer.Sources.Select(source => stage.Expand(source).Text).Where(path => !(transfer is AddInstruction && ContextAddress.IsRemote(path))).Select(Clean))
        {
            if (path is "." or "/" ? ignored.LeavesNothing : ignored.IsIgnored(path))
            {
                stage.Findings.Add(CopyIgnoredFile, transfer, $"Attempting to {(transfer is AddInstruction ? "Add" : "Copy")} file {GoText.Quote(path)} that is excluded by .dockerignore");
            }
        }
    }

    /// <summary>Without <c>.</c> and <c>..</c>, and without a slash at its end. One that begins with a slash keeps it: no pattern means it then, as in BuildKit.</summary>
    private static string Clean(string path)
    {
        var absolute = Path.GetFullPath(path.Length == 0 ? "." : path, "/").TrimEnd('/');
        return path.StartsWith('/') ? (absolute.Length == 0 ? "/" : absolute) : absolute.Length == 0 ? "." : absolute[1..];
    }
}
