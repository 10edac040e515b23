using System.Globalization;
using Gantry.Build.Dockerfile;
using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Images;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Planning;

/// <summary>Makes of a Dockerfile the graph of the stages that the target needs.</summary>
internal sealed partial class DockerfilePlanner
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private readonly DockerfileDocument document;
    private readonly BuildRequest request;
    private readonly BuildRun run;
    private readonly VariableExpansion expansion;
    private readonly Dictionary<string, string?> global;
    private readonly Dictionary<int, Task<StagePlan>> stages = [];
    private readonly Dictionary<string, Task<(Image? Image, Step Step)>> images = new(StringComparer.Ordinal);

    public DockerfilePlanner(DockerfileDocument document, BuildRequest request, BuildRun run)
    {
        (this.document, this.request, this.run) = (document, request, run);
        expansion = new(document.Escape);
        global = PlatformArguments.Of(request.Platform, request.Target);
        foreach (var argument in document.GlobalArgs.SelectMany(instruction => instruction.Arguments))
        {
            var value = request.Arguments.TryGetValue(argument.Name, out var given) && given is not null ? given
                : argument.Default is { } text ? expansion.Expand(text, name => global.GetValueOrDefault(name)).Text
                : global.GetValueOrDefault(argument.Name);
            global[argument.Name] = value;
        }

        foreach (var (name, value) in request.Arguments.Where(argument => global.ContainsKey(argument.Key) && argument.Value is not null))
        {
            global[name] = value;
        }
    }

    /// <summary>The names of the arguments that no instruction declares.</summary>
    public IReadOnlyList<string> UnusedArguments =>
    [
        .. request.Arguments.Keys.Where(name => !PlatformArguments.Proxies.Contains(name) && !global.ContainsKey(name) && !name.StartsWith("BUILDKIT_", StringComparison.Ordinal) && name != "SOURCE_DATE_EPOCH"
            && !document.Stages.SelectMany(stage => stage.Instructions).OfType<ArgInstruction>().Any(instruction => instruction.Arguments.Any(argument => argument.Name == name))).Order(StringComparer.Ordinal),
    ];

    public async Task<ImagePlan> PlanAsync()
    {
        var plan = await PlanAsync(TargetIndex()).ConfigureAwait(false);
        return new()
        {
            Step = plan.Step,
            Config = plan.Config with { Labels = Labels(plan.Config.Labels) },
            Base = plan.Base,
            BaseImage = plan.BaseImage,
            History = plan.History,
            LayerSteps = plan.LayerSteps,
            Platform = plan.Platform,
            Author = plan.Author,
        };
    }

    private int TargetIndex()
    {
        if (request.Target is not { Length: > 0 } target)
        {
            return document.Stages.Count - 1;
        }

        return FindStage(target, document.Stages.Count) ?? throw new InvalidArgumentException($"target stage \"{target}\" could not be found{Suggest(target)}");
    }

    private string Suggest(string name)
    {
        var near = document.Stages.Select(stage => stage.From.StageName).OfType<string>().FirstOrDefault(known => known.StartsWith(name[..1], StringComparison.OrdinalIgnoreCase));
        return near is null ? "" : $" (did you mean {near}?)";
    }

    /// <summary>By its name, or by its number.</summary>
    /// <param name="before">Only stages before this one.</param>
    private int? FindStage(string name, int before)
    {
        for (var i = before - 1; i >= 0; i--)
        {
            if (string.Equals(document.Stages[i].From.StageName, name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < before ? index : null;
    }

    private Task<StagePlan> PlanAsync(int index)
    {
        lock (stages)
        {
            return stages.TryGetValue(index, out var known) ? known : stages[index] = Task.Run(() => PlanStageAsync(document.Stages[index]));
        }
    }

    private async Task<StagePlan> PlanStageAsync(Stage stage)
    {
        try
        {
            var plan = await BeginAsync(stage).ConfigureAwait(false);
            foreach (var trigger in plan.Config.OnBuild ?? [])
            {
                var instruction = InstructionParser.ParseOne(trigger);
                plan.StepCount += MakesStep(instruction) ? 1 : 0;
            }

            var triggers = plan.Config.OnBuild ?? [];
            plan.Config = plan.Config with { OnBuild = null };
            foreach (var trigger in triggers)
            {
                await ApplyAsync(plan, InstructionParser.ParseOne(trigger) with { Lines = stage.From.Lines }).ConfigureAwait(false);
            }

            foreach (var instruction in stage.Instructions)
            {
                await ApplyAsync(plan, instruction).ConfigureAwait(false);
            }

            return plan;
        }
        catch (GantryException e)
        {
            throw new DockerfileException(e.Message, document, stage.From.Lines, e);
        }
    }

    private async Task<StagePlan> BeginAsync(Stage stage)
    {
        var from = stage.From;
        var name = expansion.Expand(from.BaseName, variable => global.GetValueOrDefault(variable)).Text;
        if (name.Length == 0)
        {
            throw new DockerfileException($"base name ({from.BaseName}) should not be blank", document, from.Lines);
        }

        var platform = from.Platform is { } written ? PlatformOf(written, from) : request.Platform;
        var ignore = request.NoCache || (request.NoCacheFilter.Count > 0
            && request.NoCacheFilter.Any(filter => string.Equals(filter, from.StageName, StringComparison.OrdinalIgnoreCase) || filter == stage.Index.ToString(CultureInfo.InvariantCulture)));
        var shown = document.Stages.Count == 1 ? "" : from.WrittenStageName ?? $"stage-{stage.Index}";
        if (FindStage(name, stage.Index) is { } index && !request.Contexts.ContainsKey(name))
        {
            var beneath = await PlanAsync(index).ConfigureAwait(false);
            return new()
            {
                Stage = stage,
                Platform = from.Platform is null ? beneath.Platform : platform,
                ShownName = shown,
                Step = beneath.Step,
                Config = beneath.Config,
                Base = beneath.Base,
                BaseImage = beneath.BaseImage,
                History = [.. beneath.History],
                LayerSteps = [.. beneath.LayerSteps],
                Author = beneath.Author,
                StepCount = stage.Instructions.Count(MakesStep),
                IgnoreCache = ignore,
            };
        }

        var count = stage.Instructions.Count(MakesStep) + 1;
        if (name == "scratch" && !request.Contexts.ContainsKey(name))
        {
            return Begin(stage, platform, shown, count - 1, ignore, null, new ScratchStep { Name = "FROM scratch" });
        }

        var (image, step) = await FindImageAsync(name, platform, from.Lines, $"[{(shown.Length > 0 ? shown + " " : "")}{"1".PadLeft(count.ToString(CultureInfo.InvariantCulture).Length)}/{count}] FROM ").ConfigureAwait(false);
        var plan = Begin(stage, platform, shown, count, ignore, image, step);
        plan.StepNumber = 1;
        return plan;
    }

    private static StagePlan Begin(Stage stage, Platform platform, string shown, int count, bool ignore, Image? image, Step step)
    {
        var configuration = image?.Configuration ?? new ImageConfiguration { Architecture = platform.Architecture, Os = platform.Os, Variant = platform.Variant, RootFs = new() };
        var config = configuration.Config ?? new();
        if (image is null)
        {
            config = config with { Env = [DefaultPath], WorkingDir = "/" };
        }

        return new()
        {
            Stage = stage,
            Platform = platform,
            ShownName = shown,
            Step = step,
            Config = config,
            Base = configuration,
            BaseImage = image,
            History = [.. configuration.History ?? []],
            LayerSteps = [],
            Author = configuration.Author,
            StepCount = count,
            IgnoreCache = ignore,
        };
    }

    private static bool MakesStep(Instruction instruction) => instruction is RunInstruction or CopyInstruction or AddInstruction or WorkdirInstruction;

    private Platform PlatformOf(string written, FromInstruction from)
    {
        var text = expansion.Expand(written, variable => global.GetValueOrDefault(variable)).Text;
        if (text.Length == 0)
        {
            throw new DockerfileException($"empty platform value from expression {written}", document, from.Lines);
        }

        try
        {
            return Platform.Parse(text);
        }
        catch (InvalidArgumentException e)
        {
            throw new DockerfileException($"failed to parse platform {text}: {e.Message}", document, from.Lines, e);
        }
    }

    /// <summary>The image that a name stands for, once for each platform.</summary>
    private Task<(Image? Image, Step Step)> FindImageAsync(string name, Platform platform, LineRange lines, string shown)
    {
        lock (images)
        {
            var key = $"{name} {platform}";
            return images.TryGetValue(key, out var known) ? known : images[key] = Task.Run(() => ResolveAsync(name, platform, lines, shown));
        }
    }

    private async Task<(Image? Image, Step Step)> ResolveAsync(string name, Platform platform, LineRange lines, string shown)
    {
        const string imagePrefix = "docker-image://";
        var place = request.Contexts.GetValueOrDefault(name);
        if (place is not null && !place.StartsWith(imagePrefix, StringComparison.Ordinal))
        {
            return (null, new CopyStep
            {
                Name = $"[context {name}] load",
                Root = new ScratchStep { Name = $"[context {name}] scratch" },
                Sources = [new ContextSource(name) { Paths = ["."] }],
                Destination = "/",
            });
        }

        if (!ImageReference.TryParse(place is null ? name : place[imagePrefix.Length..], out var reference))
        {
            throw new DockerfileException($"failed to parse stage name \"{name}\": invalid reference format", document, lines);
        }

        reference = reference.WithDefaultTag();
        var metadata = new MetadataStep { Name = $"[internal] load metadata for {reference}" };
        var image = await run.LoadAsync(metadata, report => run.Inputs.GetImageAsync(reference, platform, request.Pull, report, run.CancellationToken)).ConfigureAwait(false);
        return (image, new ImageStep(image) { Name = $"{shown}{reference.Familiar}", Lines = lines });
    }

    private Dictionary<string, string>? Labels(IReadOnlyDictionary<string, string>? own)
    {
        if (request.Labels.Count == 0)
        {
            return own?.ToDictionary();
        }

        var labels = own?.ToDictionary() ?? [];
        foreach (var (key, value) in request.Labels)
        {
            labels[key] = value;
        }

        return labels;
    }
}
