using System.Globalization;
using System.Text;
using Gantry.Build.Solving;
using Gantry.Build.Sources;
using Gantry.Images.Trees;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Spec;

namespace Gantry.Build.Steps;

/// <summary>The mounts of one RUN, made and attached nowhere; disposed, they and what was written to them are gone.</summary>
internal sealed class RunMounts : IAsyncDisposable
{
    private readonly List<StepMount> mounts = [];
    private readonly List<string> env = [];
    private readonly Stack<IDisposable> owned = new();

    public IReadOnlyList<StepMount> All => mounts;

    public IReadOnlyList<string> Env => env;

    public static async Task<RunMounts> MakeAsync(BuildRun run, IReadOnlyList<RunMount> wanted, IReadOnlyList<InlineFile> files)
    {
        var made = new RunMounts();
        try
        {
            foreach (var mount in wanted)
            {
                await made.AddAsync(run, mount).ConfigureAwait(false);
            }

            if (files.Count > 0)
            {
                made.AddFiles(files);
            }

            return made;
        }
        catch
        {
            await made.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        while (owned.TryPop(out var last))
        {
            last.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private async Task AddAsync(BuildRun run, RunMount mount)
    {
        switch (mount)
        {
            case BindMount bind:
                await AddBindAsync(run, bind).ConfigureAwait(false);
                break;
            case CacheMount cache:
                await AddCacheAsync(run, cache).ConfigureAwait(false);
                break;
            case TmpfsMount tmpfs:
                mounts.Add(new(tmpfs.Target, null, ReadOnly: false, tmpfs.Size > 0 ? "size=" + tmpfs.Size.ToString(CultureInfo.InvariantCulture) : ""));
                break;
            case SecretMount secret:
                await AddSecretAsync(run, secret).ConfigureAwait(false);
                break;
            case AgentMount agent:
                await AddAgentAsync(run, agent).ConfigureAwait(false);
                break;
        }
    }

    private async Task AddBindAsync(BuildRun run, BindMount bind)
    {
        DetachedMount whole;
        var path = bind.Path;
        if (bind.From is StepSource from)
        {
            var stack = await run.ResultAsync(from.Step).ConfigureAwait(false);
            whole = Keep(bind.ReadOnly ? run.Store.Open(stack) : Keep(run.Store.Begin(stack)).Mount());
        }
        else
        {
            // A copy of its own: the step may write into it.
            var tree = await run.Inputs.OpenContextAsync(((ContextSource)bind.From).Name, run.CancellationToken).ConfigureAwait(false);
            var entry = tree.Resolve(path) ?? throw NotFound(path);
            var layer = Keep(run.Store.Begin(Store.LayerStack.Empty));
            using (var directory = RootedDirectory.Open(layer.Upper))
            {
                var copier = new Copying.TreeCopier(directory, new() { Destination = "/", Now = run.Environment.Time.GetUtcNow() });
                copier.Copy(tree, entry, "file", run.CancellationToken);
                copier.Finish();
            }

            path = entry.Kind == FileKind.Directory ? "" : "file";
            whole = Keep(DetachedMount.Clone(layer.Upper));
        }

        using var root = whole.OpenRoot();
        using var below = root.TryStat(path.Length == 0 ? "/" : path, followLast: true) is null ? throw NotFound(bind.Path) : root.OpenPath(path.Length == 0 ? "/" : path);
        var mount = Keep(DetachedMount.Clone(below));
        if (bind.ReadOnly)
        {
            mount.SetAttributes(MountAttributes.ReadOnly);
        }

        mounts.Add(new(bind.Target, mount, bind.ReadOnly));
    }

    private async Task AddCacheAsync(BuildRun run, CacheMount cache)
    {
        var (directory, hold) = await run.Store.OpenCacheMountAsync(cache.Id, cache.Sharing, run.CancellationToken).ConfigureAwait(false);
        Keep(hold);
        run.NoteMount(cache.Id);
        if (directory.IsNew)
        {
            using var root = RootedDirectory.Open(directory.Path);
            if (await run.Imports.TryBringMountAsync(cache.Id, run).ConfigureAwait(false) is { } blob)
            {
                using var archive = run.Environment.Images.Content.OpenRead(blob);
                new TreeExtractor(root, [], null, keepKinds: false).Extract(archive, run.CancellationToken);
            }
            else if (cache.From is { } from)
            {
                using var tree = new DirectoryTree(run.Store.Open(await run.ResultAsync(from).ConfigureAwait(false)));
                if (tree.Resolve(cache.Path) is { } entry)
                {
                    var copier = new Copying.TreeCopier(root, new() { Destination = "/", Now = run.Environment.Time.GetUtcNow() });
                    copier.Copy(tree, entry, entry.Name, run.CancellationToken);
                    copier.Finish();
                }
            }

            root.Descriptor.Chown(cache.Uid, cache.Gid);
            root.Descriptor.Chmod(cache.Mode);
        }

        var mount = Keep(DetachedMount.Clone(directory.Path));
        if (cache.ReadOnly)
        {
            mount.SetAttributes(MountAttributes.ReadOnly);
        }

        mounts.Add(new(cache.Target, mount, cache.ReadOnly));
    }

    private async Task AddSecretAsync(BuildRun run, SecretMount secret)
    {
        if (await run.Inputs.FindSecretAsync(secret.Id, run.CancellationToken).ConfigureAwait(false) is not { } content)
        {
            if (secret.Required)
            {
                throw new NotFoundException($"secret {secret.Id}: not found: give it with --secret id={secret.Id},…");
            }

            return;
        }

        if (secret.Variable is { } variable)
        {
            env.Add($"{variable}={Encoding.UTF8.GetString(content)}");
        }

        if (secret.AsFile)
        {
            // In memory, and gone with the step.
            var whole = Keep(DetachedMount.Tmpfs("mode=700"));
            using var root = whole.OpenRoot();
            WriteFile(root, "secret", content, secret.Mode, secret.Uid, secret.Gid);
            using var file = root.OpenPath("secret");
            var mount = Keep(DetachedMount.Clone(file));
            mount.SetAttributes(MountAttributes.ReadOnly);
            mounts.Add(new(secret.Target, mount, ReadOnly: true));
        }
    }

    private async Task AddAgentAsync(BuildRun run, AgentMount agent)
    {
        if (await run.Inputs.FindAgentAsync(agent.Id, run.CancellationToken).ConfigureAwait(false) is not { } socket)
        {
            if (agent.Required)
            {
                throw new NotFoundException($"unset ssh forward key {agent.Id}: give it with --ssh {agent.Id}");
            }

            return;
        }

        if (!File.Exists(socket))
        {
            throw new NotFoundException($"the agent of --ssh {agent.Id} is not there: {socket}: no such file");
        }

        var root = Keep(Keep(DetachedMount.Tmpfs("mode=700")).OpenRoot());
        Keep(new AgentRelay(socket, root, "agent", agent.Mode, agent.Uid, agent.Gid));
        using var relay = root.OpenPath("agent");
        mounts.Add(new(agent.Target, Keep(DetachedMount.Clone(relay)), ReadOnly: false));
        env.Add($"SSH_AUTH_SOCK={agent.Target}");
    }

    private void AddFiles(IReadOnlyList<InlineFile> files)
    {
        var whole = Keep(DetachedMount.Tmpfs("mode=755"));
        using var root = whole.OpenRoot();
        foreach (var file in files)
        {
            var name = file.Name[(file.Name.LastIndexOf('/') + 1)..];
            WriteFile(root, name, Encoding.UTF8.GetBytes(file.Content), 0x1ED, 0, 0);
            using var opened = root.OpenPath(name);
            mounts.Add(new(file.Name, Keep(DetachedMount.Clone(opened)), ReadOnly: true));
        }
    }

    private static void WriteFile(RootedDirectory root, string name, byte[] content, uint mode, uint uid, uint gid)
    {
        using (var handle = root.OpenFile(name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, 0x180))
        {
            RandomAccess.Write(handle, content, 0);
        }

        root.Chown(name, uid, gid);
        root.Chmod(name, mode);
    }

    private T Keep<T>(T disposable)
        where T : IDisposable
    {
        owned.Push(disposable);
        return disposable;
    }

    private static NotFoundException NotFound(string path) => new($"failed to compute cache key: \"/{path.TrimStart('/')}\": not found");
}
