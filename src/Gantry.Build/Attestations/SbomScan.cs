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
    private const string CoreName = "sbom";
    private const string SourceDirectory = $"/run/src/core/{CoreName}";
    private const string ExtrasDirectory = "/run/src/extras";
    private const string ResultDirectory = "/run/out";
    private const string PredicateType = "https://spdx.dev/Document";
    private const int MostBytes = 64 << 20;

    public static async Task<IReadOnlyList<Statement>> RunAsync(BuildRun run, BuildRequest request, SbomOptions options, ImagePlan plan)
    {
        var generator = await new BaseImages(request, run, looksOnly: false).FindAsync(options.Generator.ToString(), Platform.Current, default, "[internal] ").ConfigureAwait(false);
        var config = generator.Configuration?.Config ?? new();
        IReadOnlyList<string> args = [.. config.Entrypoint ?? [], .. config.Cmd ?? []];
        if (args.Count == 0)
        {
            throw new InvalidArgumentException($"the generator {options.Generator} has no program: its image has neither ENTRYPOINT nor CMD");
        }

        var step = new RunStep
        {
            Name = $"[{plan.Platform}] generating sbom using {options.Generator}",
            Root = new MakeDirectoryStep(ResultDirectory, owner: "", made: null) { Name = "[internal] place for the sbom", Root = generator.Step },
            Args = args,
            Env =
            [
                .. config.Env ?? [],
                $"BUILDKIT_SCAN_DESTINATION={ResultDirectory}/",
                $"BUILDKIT_SCAN_SOURCE={SourceDirectory}",
                .. plan.ScanTargets.Count > 0 ? (string[])[$"BUILDKIT_SCAN_SOURCE_EXTRAS={ExtrasDirectory}"] : [],
                .. options.Parameters.Select(parameter => $"BUILDKIT_SCAN_{parameter.Key}={parameter.Value}"),
            ],
            WorkingDirectory = config.WorkingDir is { Length: > 0 } directory ? directory : "/",
            Mounts =
            [
                new TmpfsMount(0) { Target = "/tmp" },
                new BindMount(new StepSource(plan.Step), "") { Target = SourceDirectory, ReadOnly = true },
                .. plan.ScanTargets.Select(extra => new BindMount(extra.Value, "") { Target = $"{ExtrasDirectory}/{CoreName}-{extra.Key}", ReadOnly = true }),
            ],
            Platform = Platform.Current,
        };
        var stack = await run.ResultAsync(step).ConfigureAwait(false);
        return await BlockingWork.RunAsync(() => Read(run, stack, options), run.CancellationToken).ConfigureAwait(false);
    }

    private static IReadOnlyList<Statement> Read(BuildRun run, LayerStack stack, SbomOptions options)
    {
        // What the generator's image has there of its own is not what the program wrote.
        using var tree = new DirectoryTree(run.Store.Open(LayerStack.Of([stack.Layers[^1]])));
        var files = tree.Resolve(ResultDirectory) is { Kind: FileKind.Directory } directory ? tree.List(directory.Path).Where(file => file.Kind == FileKind.Regular).OrderByDescending(IsCore).ToList() : [];
        if (files.Sum(file => file.Size) > MostBytes)
        {
            throw new InvalidArgumentException($"the generator {options.Generator} wrote an sbom of {files.Sum(file => file.Size)} bytes: at most {MostBytes} are taken");
        }

        return files.Count > 0 ? [.. files.Select(file => Read(tree, file, options))]
            : throw new InvalidArgumentException($"the generator {options.Generator} wrote no file into {ResultDirectory}");
    }

    /// <summary>Of the image itself, and not of what is looked through besides.</summary>
    private static bool IsCore(SourceEntry file) => file.Name.Split('.')[0] == CoreName;

    private static Statement Read(DirectoryTree tree, SourceEntry file, SbomOptions options)
    {
        try
        {
            using var stream = tree.OpenFile(file).OpenStream();
            using var document = JsonDocument.Parse(stream);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("predicateType", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals(PredicateType) && root.TryGetProperty("predicate", out var predicate)
                ? new(PredicateType, JsonSerializer.SerializeToUtf8Bytes(predicate, AttestationJson.Default.JsonElement), file.Name)
                : throw new InvalidArgumentException($"the generator {options.Generator} wrote {file.Name}, which is no in-toto statement of the type {PredicateType}");
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"the generator {options.Generator} wrote {file.Name}, which is no JSON: {e.Message}", e);
        }
    }
}
