using Gantry.Build.Dockerfile;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Build.Store;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Build.Steps;

/// <summary>RUN: a program changes the filesystem.</summary>
public sealed class RunStep : Step
{
    public required IReadOnlyList<string> Args { get; init; }

    public required IReadOnlyList<string> Env { get; init; }

    /// <summary>Variables of proxies: given to the program, and no part of the key.</summary>
    public IReadOnlyList<string> ProxyEnv { get; init; } = [];

    public required string WorkingDirectory { get; init; }

    public string User { get; init; } = "";

    public string Network { get; init; } = "";

    public bool Privileged { get; init; }

    public IReadOnlyList<DeviceOption> Devices { get; init; } = [];

    public IReadOnlyList<RunMount> Mounts { get; init; } = [];

    public StepLimits Limits { get; init; } = new();

    /// <summary>What its programs are for.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The filesystem stays as it is left where the program fails.</summary>
    public bool KeepsFailed { get; init; }

    /// <summary>A file of a here-document that is run, mounted beside it.</summary>
    public IReadOnlyList<InlineFile> Files { get; init; } = [];

    public override bool RunsProgram => true;

    public override IReadOnlyList<Step> Inputs =>
    [
        Root!,
        .. Mounts.OfType<BindMount>().Select(mount => mount.From).OfType<StepSource>().Select(source => source.Step),
        .. Mounts.OfType<CacheMount>().Select(mount => mount.From).OfType<Step>(),
    ];

    public override async Task<Digest> KeyAsync(BuildRun run)
    {
        // Side by side: a key may have to wait for a result.
        await Task.WhenAll(Inputs.Select(run.KeyAsync)).ConfigureAwait(false);
        using var key = new ContentDigest();
        key.Add("run");
        foreach (var list in (IReadOnlyList<string>[])[Args, Env, Limits.ExtraHosts])
        {
            key.Add(list.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
            foreach (var text in list)
            {
                key.Add(text);
            }
        }

        key.Add($"{WorkingDirectory}\n{User}\n{Network}\n{Privileged}");
        if (Limits.HostName is { } host)
        {
            key.Add(host);
        }

        foreach (var device in Devices)
        {
            // A result does not let another build have what it may not.
            key.Add($"device {device.Name}\n{device.IsRequired}\n{device.IsAllowed}");
        }

        key.Add((await run.KeyAsync(Root!).ConfigureAwait(false)).ToString());
        foreach (var file in Files)
        {
            key.Add($"{file.Name}\n{file.Content}");
        }

        foreach (var mount in Mounts)
        {
            await AddAsync(key, mount, run).ConfigureAwait(false);
        }

        return key.Finish();
    }

    public override async Task<LayerStack> ExecuteAsync(BuildRun run, StepReport report)
    {
        var root = await run.ResultAsync(Root!).ConfigureAwait(false);
        using var layer = run.Store.Begin(root);
        await using var mounts = await RunMounts.MakeAsync(run, Mounts, Files).ConfigureAwait(false);
        StepExit exit;
        using (var mount = layer.Mount())
        {
            using var directory = mount.OpenRoot();
            var stubs = MountStubs.Note(directory, [.. mounts.All.Select(item => item.Target)]);
            exit = await RunAsync(
                run,
                new()
                {
                    Root = mount,
                    Args = Args,
                    Env = [.. Env, .. ProxyEnv, .. mounts.Env],
                    WorkingDirectory = WorkingDirectory,
                    User = User,
                    Network = Network,
                    Privileged = Privileged,
                    Devices = Devices,
                    Mounts = mounts.All,
                    Limits = Limits,
                    Output = report.Output,
                }).ConfigureAwait(false);
            run.CancellationToken.ThrowIfCancellationRequested();
            if (exit.Code == 0 || KeepsFailed)
            {
                stubs.Remove(directory);
            }
        }

        if (exit.Code != 0)
        {
            throw Failed(exit, report, KeepsFailed ? run.Keep(layer.Commit()) : null);
        }

        using (var upper = RootedDirectory.Open(layer.Upper))
        {
            MountStubs.RemovePassed(upper, () => run.Store.Open(root));
        }

        return layer.Commit();
    }

    private async Task<StepExit> RunAsync(BuildRun run, StepProcess process)
    {
        try
        {
            return await run.Environment.Runner.RunAsync(process, run.CancellationToken).ConfigureAwait(false);
        }
        catch (InvalidArgumentException e) when (Platform.Current.Rank(Platform) is null && e.Message.Contains("exec format error", StringComparison.OrdinalIgnoreCase))
        {
            throw new UnsupportedException($"{e.Message}: this machine is {Platform.Current}, and programs of {Platform} need an emulator: install qemu-user-static", e);
        }
    }

    private static async Task AddAsync(ContentDigest key, RunMount mount, BuildRun run)
    {
        key.Add($"{mount.GetType().Name}\n{mount.Target}\n{mount.ReadOnly}");
        switch (mount)
        {
            case BindMount { From: StepSource stage } bind:
                key.Add(bind.Path);
                // All of a file system is not read for it.
                var content = bind.Path.Length == 0 ? run.KeyAsync(stage.Step) : SourceContent.OfStageAsync(stage with { Paths = [bind.Path] }, run);
                key.Add((await content.ConfigureAwait(false)).ToString());
                break;
            case BindMount { From: ContextSource context } bind:
                var tree = await run.Inputs.OpenContextAsync(context.Name, run.CancellationToken).ConfigureAwait(false);
                if (tree.Resolve(bind.Path) is { } entry)
                {
                    key.Add(tree, entry, "");
                }

                break;
            case CacheMount cache:
                run.NoteMount(cache.Id);
                key.Add($"{cache.Id}\n{cache.Sharing}");
                break;
            case TmpfsMount tmpfs:
                key.Add($"{tmpfs.Size}");
                break;
            case SecretMount secret:
                key.Add($"{secret.Id}\n{secret.Variable}\n{secret.AsFile}");
                break;
            case AgentMount agent:
                key.Add(agent.Id);
                break;
        }
    }

    private StepFailedException Failed(StepExit exit, StepReport report, LayerStack? left) => new(
        this,
        $"process \"{string.Join(' ', Args)}\" did not complete successfully: " + (exit.OomKilled ? $"it ran out of memory (exit code: {exit.Code})" : $"exit code: {exit.Code}"),
        exit.Code, report.Tail) { Left = left };
}
