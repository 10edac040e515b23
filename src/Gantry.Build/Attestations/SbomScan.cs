using System.Text.Json;
using Gantry.Build.Planning;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Steps;
using Gantry.Build.Store;
using Gantry.Images;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Build.Attestations;

/// <summary>Lets the program of an image list what is in another (docs of BuildKit, "SBOM scanning protocol").</summary>
internal static class SbomScan
{
    private const string SourceDirectory = "/run/src/core/sbom";
    private const string ResultDirectory = "run/out";
    private const string ResultSuffix = ".spdx.json";
    private const int MostBytes = 64 << 20;

    public static async Task<IReadOnlyList<Statement>> RunAsync(BuildRun run, BuildRequest request, SbomOptions options, ImagePlan plan)
    {
        var generator = await new BaseImages(request, run, looksOnly: false).FindAsync(options.Generator.ToString(), Platform.Current, default, "[internal] ").ConfigureAwait(false);
        var config = generator.Configuration?.Config ?? new();
        var step = new RunStep
        {
            Name = $"[{plan.Platform}] generating sbom using {options.Generator}",
            Root = new CopyStep
            {
                Name = "[internal] place for the sbom",
                Root = generator.Step,
                Sources = [new InlineSource([new(".keep", "")]) { Paths = [".keep"] }],
                Destination = $"/{ResultDirectory}/",
            },
            Args = [.. config.Entrypoint ?? [], .. config.Cmd ?? []],
            Env =
            [
                .. config.Env ?? [],
                $"BUILDKIT_SCAN_DESTINATION=/{ResultDirectory}",
                $"BUILDKIT_SCAN_SOURCE={SourceDirectory}",
                .. options.Parameters.Select(parameter => $"BUILDKIT_SCAN_{parameter.Key}={parameter.Value}"),
            ],
            WorkingDirectory = config.WorkingDir is { Length: > 0 } directory ? directory : "/",
            User = config.User ?? "",
            Mounts = [new BindMount(new StepSource(plan.Step), "/") { Target = SourceDirectory, ReadOnly = true }],
            Platform = Platform.Current,
        };
        var stack = await run.ResultAsync(step).ConfigureAwait(false);
        return await BlockingWork.RunAsync(() => Read(run, stack, options), run.CancellationToken).ConfigureAwait(false);
    }

    private static IReadOnlyList<Statement> Read(BuildRun run, LayerStack stack, SbomOptions options)
    {
        using var tree = new DirectoryTree(run.Store.Open(stack));
        var files = tree.List(ResultDirectory).Where(file => file.Kind == FileKind.Regular && file.Name.EndsWith(ResultSuffix, StringComparison.Ordinal)).ToList();
        if (files.Sum(file => file.Size) > MostBytes)
        {
            throw new InvalidArgumentException($"the generator {options.Generator} wrote an sbom of {files.Sum(file => file.Size)} bytes: at most {MostBytes} are taken");
        }

        return files.Count > 0 ? [.. files.Select(file => Read(tree, file, options))]
            : throw new InvalidArgumentException($"the generator {options.Generator} wrote no file *{ResultSuffix} into /{ResultDirectory}");
    }

    private static Statement Read(DirectoryTree tree, SourceEntry file, SbomOptions options)
    {
        try
        {
            using var stream = tree.OpenFile(file).OpenStream();
            using var document = JsonDocument.Parse(stream);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("predicateType", out var type) && type.ValueKind == JsonValueKind.String && root.TryGetProperty("predicate", out var predicate)
                ? new(type.GetString()!, JsonSerializer.SerializeToUtf8Bytes(predicate, AttestationJson.Default.JsonElement))
                : throw new InvalidArgumentException($"the generator {options.Generator} wrote {file.Name}, which is no in-toto statement");
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"the generator {options.Generator} wrote {file.Name}, which is no JSON: {e.Message}", e);
        }
    }
}
