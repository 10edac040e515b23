using Gantry.Build.Dockerfile;
using Gantry.Spec;

namespace Gantry.Build.Linting;

/// <summary>The first WORKDIR is absolute: that of the base image may change.</summary>
internal static class WorkdirRule
{
    private static readonly LintRule WorkdirRelativePath = new(
        "WorkdirRelativePath",
        "Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes");

    public static void Check(StageLinter stage, WorkdirInstruction workdir)
    {
        var path = stage.Expand(workdir.Path).Text;
        if (!stage.Plan.HasOwnWorkdir && !path.StartsWith('/'))
        {
            stage.Findings.Add(WorkdirRelativePath, workdir, $"Relative workdir {GoText.Quote(path)} can have unexpected results if the base image changes");
        }
    }
}
