using System.Globalization;
using Gantry.Build.Dockerfile;
using Gantry.Build.Linting;
using Gantry.Build.Progress;
using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Build.Planning;

/// <summary>Makes of a Dockerfile the graph of the stages that the target needs.</summary>
internal sealed partial class DockerfilePlanner
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private readonly DockerfileDocument document;
    private readonly BuildRequest request;
    private readonly Platform target;
    private readonly BuildRun run;
    private readonly DockerfileLinter linter;
    private readonly VariableExpansion expansion;
    private readonly Dictionary<int, Task<StagePlan>> stages = [];
    private readonly BaseImages images;

    /// <param name="document">What is planned.</param>
    /// <param name="request">What it is built with.</param>
    /// <param name="target">Of the request's platforms, the one this is for.</param>
    /// <param name="images">Shared with the planners of the other platforms.</param>
    /// <param name="run">Shows what is looked up.</param>
    /// <param name="linter">Told of what is planned.</param>
    public DockerfilePlanner(DockerfileDocument document, BuildRequest request, Platform target, BaseImages images, BuildRun run, DockerfileLinter linter)
    {
        (this.document, this.request, this.target, this.images, this.run, this.linter) = (document, request, target, images, run, linter);
        expansion = new(document.Escape);
        Globals = GlobalArguments.Of(document, request, target);
        linter.CheckBases(document, Globals);
    }

    /// <summary>The arguments that FROM sees; null for one without a value.</summary>
    public IReadOnlyDictionary<string, string?> Globals { get; }

    /// <summary>The names of the arguments that no instruction declares.</summary>
    public IReadOnlyList<string> UnusedArguments =>
    [
        .. request.Arguments.Keys.Where(name => !PlatformArguments.Proxies.Contains(name) && !Globals.ContainsKey(name) && !name.StartsWith("BUILDKIT_", StringComparison.Ordinal) && name != "SOURCE_DATE_EPOCH"
            && !document.Stages.SelectMany(stage => stage.Instructions).OfType<ArgInstruction>().Any(instruction => instruction.Arguments.Any(argument => argument.Name == name))).Order(StringComparer.Ordinal),
    ];

    public async Task<ImagePlan> PlanAsync()
    {
        var plan = await PlanTargetAsync().ConfigureAwait(false);
        return new()
        {
            Step = plan.Step,
            Config = plan.Config with { Labels = Labels(plan.Config.Labels) },
            Base = plan.Base,
            BaseImage = plan.BaseImage,
            History = plan.History,
            LayerSteps = plan.LayerSteps,
            Platform = request.HasOwnPlatforms ? target : plan.Base is { Os.Length: > 0, Architecture.Length: > 0 } beneath ? beneath.Platform : plan.Platform,
            ScanTargets = Planning.ScanTargets.Of(plan, Globals),
            Author = plan.Author,
        };
    }

    /// <summary>The instructions of what was planned.</summary>
    /// <param name="steps">All steps of it; null where planning failed, and each instruction counts as one that is never done.</param>
    public IReadOnlyList<PlannedInstruction> Instructions(IEnumerable<Step>? steps)
    {
        var counts = steps?.Where(step => step.Lines is not null).CountBy(step => step.Lines!.Value.Start).ToDictionary();
        PlannedInstruction Planned(Instruction instruction, int? stage) => new(instruction.Lines, instruction.Source, stage, counts?.GetValueOrDefault(instruction.Lines.Start) ?? 1);
        lock (stages)
        {
            return
            [
                .. document.GlobalArgs.Select(argument => Planned(argument, null)),
                .. document.Stages.Where(stage => stages.ContainsKey(stage.Index))
                    .SelectMany(stage => stage.Instructions.Prepend(stage.From).Select(instruction => Planned(instruction, stage.Index))),
            ];
        }
    }

    public Task<StagePlan> PlanTargetAsync() => PlanAsync(TargetIndex());

    /// <summary>Plans the target, or all stages where none was asked for.</summary>
    public async Task PlanAllAsync()
    {
        if (request.Target is { Length: > 0 })
        {
            await PlanTargetAsync().ConfigureAwait(false);
            return;
        }

        // All at once, and what is wrong with the first is what is told.
        var all = document.Stages.Select(stage => PlanAsync(stage.Index)).ToList();
        foreach (var plan in all)
        {
            await plan.ConfigureAwait(false);
        }
    }

    private int TargetIndex()
    {
        if (request.Target is not { Length: > 0 } stage)
        {
            return document.Stages.Count - 1;
        }

        return FindStage(stage, document.Stages.Count) ?? throw new InvalidArgumentException($"target stage \"{stage}\" could not be found{Suggest(stage)}");
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
            var triggers = (plan.Config.OnBuild ?? []).Select(trigger => InstructionParser.ParseOne(trigger) with { Lines = stage.From.Lines }).ToList();
            plan.StepCount += triggers.Count(MakesStep);
            plan.Config = plan.Config with { OnBuild = null };
            var rules = linter.Begin(plan, expansion);
            foreach (var instruction in triggers.Concat(stage.Instructions))
            {
                rules.Check(instruction);
                await ApplyAsync(plan, instruction).ConfigureAwait(false);
            }

            return plan;
        }
        catch (Exception e) when (e is GantryException or FormatException)
        {
            throw new DockerfileException(e.Message, document, stage.From.Lines, e);
        }
    }

    private async Task<StagePlan> BeginAsync(Stage stage)
    {
        var from = stage.From;
        var name = expansion.Expand(from.BaseName, variable => Globals.GetValueOrDefault(variable)).Text;
        if (name.Length == 0)
        {
            throw new DockerfileException($"base name ({from.BaseName}) should not be blank", document, from.Lines);
        }

        var platform = from.Platform is { } written ? PlatformOf(written, from) : target;
        var ignore = request.NoCache || (request.NoCacheFilter.Count > 0
            && request.NoCacheFilter.Any(filter => string.Equals(filter, from.StageName, StringComparison.OrdinalIgnoreCase) || filter == stage.Index.ToString(CultureInfo.InvariantCulture)));
        var shown = document.Stages.Count == 1 ? "" : from.WrittenStageName ?? $"stage-{stage.Index}";
        if (request.Platforms.Count > 1)
        {
            shown = $"{platform} {shown}".TrimEnd();
        }

        var isContext = request.ContextFor(name, platform) is not null;
        if (FindStage(name, stage.Index) is { } index && !isContext)
        {
            var beneath = await PlanAsync(index).ConfigureAwait(false);
            return new()
            {
                Needs = [beneath],
                Arguments = [.. beneath.Arguments],
                HasOwnWorkdir = beneath.HasOwnWorkdir,
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
        if (name == BaseImages.Scratch && !isContext)
        {
            return Begin(stage, platform, shown, count - 1, ignore, new(new ScratchStep { Name = $"FROM {name}" }));
        }

        var image = await FindImageAsync(name, platform, from.Lines, $"[{(shown.Length > 0 ? shown + " " : "")}{"1".PadLeft(count.ToString(CultureInfo.InvariantCulture).Length)}/{count}] FROM ").ConfigureAwait(false);
        if (image.Configuration is { } configuration)
        {
            linter.CheckBase(from, name, configuration.Platform, platform);
        }

        var plan = Begin(stage, platform, shown, count, ignore, image);
        plan.StepNumber = 1;
        return plan;
    }

    private static StagePlan Begin(Stage stage, Platform platform, string shown, int count, bool ignore, BaseImage image)
    {
        var configuration = image.Configuration ?? new ImageConfiguration { Architecture = platform.Architecture, Os = platform.Os, Variant = platform.Variant, RootFs = new() };
        var config = configuration.Config ?? new();
        if (image.Configuration is null)
        {
            config = config with { Env = platform.Os == "windows" ? null : [DefaultPath], WorkingDir = "/" };
        }

        return new()
        {
            Stage = stage,
            Platform = platform,
            ShownName = shown,
            Step = image.Step,
            Config = config,
            Base = configuration,
            BaseImage = image.Image,
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
        var expanded = expansion.Expand(written, variable => Globals.GetValueOrDefault(variable));
        var suggestion = expanded.Unset.Select(name => EditDistance.Nearest(name, Globals.Keys)).OfType<string>().FirstOrDefault() is { } near ? $" (did you mean {near}?)" : "";
        if (expanded.Text.Length == 0)
        {
            throw new DockerfileException($"empty platform value from expression {written}{suggestion}", document, from.Lines);
        }

        return Platform.TryParse(expanded.Text, out var platform, out var fault)
            ? platform
            : throw new DockerfileException($"failed to parse platform {written}: {fault}{suggestion}", document, from.Lines);
    }

    private async Task<BaseImage> FindImageAsync(string name, Platform platform, LineRange lines, string shown)
    {
        try
        {
            return await images.FindAsync(name, platform, lines, shown).ConfigureAwait(false);
        }
        catch (GantryException e)
        {
            throw new DockerfileException(e.Message, document, lines, e);
        }
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
