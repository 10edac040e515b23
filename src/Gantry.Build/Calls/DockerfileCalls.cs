using Gantry.Build.Dockerfile;
using Gantry.Build.Linting;
using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Spec;

namespace Gantry.Build.Calls;

/// <summary>Answers questions about a Dockerfile. Nothing is built, and of base images nothing comes here.</summary>
public sealed class DockerfileCalls(BuildEnvironment environment)
{
    /// <summary>Answers one. Only a check has an answer where the Dockerfile cannot be built; else that fails as the build would.</summary>
    public async Task<CallResult> AnswerAsync(DockerfileCall call, BuildRequest request, IBuildInputs inputs, IBuildProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        switch (call)
        {
            case DockerfileCall.Describe:
                return DescribeAnswer.Of();
            case DockerfileCall.Targets:
                return TargetsAnswer.Of(request, DockerfileParser.Parse(request.Dockerfile, request.DockerfileName));
        }

        ArgumentNullException.ThrowIfNull(inputs);
        await using var run = new BuildRun(environment, inputs, progress, cancellationToken);
        var linter = new DockerfileLinter(request, await inputs.FindIgnoredAsync(cancellationToken).ConfigureAwait(false));
        return call == DockerfileCall.Check
            ? await CheckAsync(request, run, linter).ConfigureAwait(false)
            : await OutlineAsync(request, run, linter).ConfigureAwait(false);
    }

    private static async Task<CallResult> CheckAsync(BuildRequest request, BuildRun run, DockerfileLinter linter)
    {
        Exception? failure = null;
        try
        {
            await Planner(linter.Read(), request, run, linter).PlanAllAsync().ConfigureAwait(false);
            linter.RequireNone();
        }
        catch (Exception e) when (e is DockerfileException or GantryException)
        {
            failure = e;
        }

        return CheckAnswer.Of(request, linter, failure);
    }

    private static async Task<CallResult> OutlineAsync(BuildRequest request, BuildRun run, DockerfileLinter linter)
    {
        var document = linter.Read();
        var planner = Planner(document, request, run, linter);
        return OutlineAnswer.Of(request, document, planner.Globals, await planner.PlanTargetAsync().ConfigureAwait(false));
    }

    private static DockerfilePlanner Planner(DockerfileDocument document, BuildRequest request, BuildRun run, DockerfileLinter linter) =>
        new(document, request, request.Platforms[0], new BaseImages(request, run, looksOnly: true), run, linter);
}
