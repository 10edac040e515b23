using System.Globalization;
using System.Text;
using Gantry.Build.Copying;
using Gantry.Build.Dockerfile;
using Gantry.Build.Steps;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Planning;

internal sealed partial class DockerfilePlanner
{
    private async Task CopyAsync(StagePlan plan, CopyInstruction instruction)
    {
        CopySource source = new ContextSource(null);
        if (instruction.From is { } from)
        {
            source = await FromAsync(plan, Expand(plan, from), instruction.Lines).ConfigureAwait(false);
        }

        var paths = instruction.Sources.Select(path => Expand(plan, path)).ToList();
        Transfer(plan, instruction, paths.Count == 0 ? [] : [source with { Paths = paths }], paths, instruction.Parents);
    }

    private void Add(StagePlan plan, AddInstruction instruction)
    {
        var paths = instruction.Sources.Select(path => Expand(plan, path)).ToList();
        var checksum = instruction.Checksum is { } given ? Expand(plan, given) : null;
        Transfer(plan, instruction, AddSources.Of(paths, checksum, instruction.KeepGitDir, instruction.Unpack), paths, parents: false);
    }

    private void Transfer(StagePlan plan, TransferInstruction instruction, IReadOnlyList<CopySource> sources, List<string> paths, bool parents)
    {
        var destination = Destination(plan, Expand(plan, instruction.Destination));
        var mode = instruction.Chmod is { } chmod ? CopyMode.Parse(Expand(plan, chmod)) : null;
        var owner = instruction.Chown is { } chown ? Expand(plan, chown) : null;
        var excludes = instruction.Excludes.Select(pattern => Expand(plan, pattern)).ToList();
        List<InlineFile> inline = [.. instruction.Contents.Select(content => new InlineFile(content.Path, content.Expand ? expansion.ExpandContent(content.Content, plan.Lookup).Text : content.Content))];
        if (paths.Count + inline.Count > 1 && !destination.EndsWith('/'))
        {
            throw new InvalidArgumentException($"When using {instruction.Keyword} with more than one source file, the destination must be a directory and end with a /");
        }

        var step = new CopyStep
        {
            Name = Name(plan, instruction),
            Root = plan.Step,
            Lines = instruction.Lines,
            IgnoreCache = plan.IgnoreCache,
            Sources = inline.Count == 0 ? sources : [.. sources, new InlineSource(inline) { Paths = [.. inline.Select(file => file.Name)] }],
            Destination = destination,
            Owner = owner,
            Mode = mode,
            Parents = parents,
            Excludes = excludes.Count == 0 ? null : IgnorePatterns.Of(excludes),
            ExcludesText = string.Join('\n', excludes),
            Link = instruction.Link,
        };
        var words = new StringBuilder(instruction.Keyword);
        words.Append(owner is null ? "" : $" --chown={owner}").Append(mode is null ? "" : $" --chmod={instruction.Chmod}");
        foreach (var path in paths.Concat(inline.Select(file => $"<<{file.Name}")))
        {
            words.Append(' ').Append(path);
        }

        Add(plan, step, $"{words} {Expand(plan, instruction.Destination)} # buildkit");
    }

    /// <summary>Absolute, and a slash at its end kept: it says that it is a directory.</summary>
    private static string Destination(StagePlan plan, string path)
    {
        var isDirectory = path.EndsWith('/') || path is "" or "." or ".." || path.EndsWith("/.", StringComparison.Ordinal) || path.EndsWith("/..", StringComparison.Ordinal);
        var absolute = AbsolutePath(plan, path).TrimEnd('/');
        return isDirectory ? absolute + "/" : absolute.Length == 0 ? "/" : absolute;
    }

    /// <summary>What <c>--from</c> names: a stage before this one, a context, or an image.</summary>
    private async Task<CopySource> FromAsync(StagePlan plan, string name, LineRange lines)
    {
        var context = request.ContextFor(name, plan.Platform);
        if (FindStage(name, plan.Stage.Index) is { } index && context is null)
        {
            var other = await PlanAsync(index).ConfigureAwait(false);
            plan.Needs.Add(other);
            return new StepSource(other.Step);
        }

        if (FindStage(name, document.Stages.Count) is > 0 and var later && later > plan.Stage.Index && context is null)
        {
            throw new InvalidArgumentException($"cannot copy from stage \"{name}\", it needs to be defined before current stage \"{plan.Stage.From.StageName ?? plan.Stage.Index.ToString(CultureInfo.InvariantCulture)}\"");
        }

        if (int.TryParse(name, out _))
        {
            throw new InvalidArgumentException($"invalid from flag value {name}: there is no stage of that number before this one");
        }

        if (string.Equals(plan.Stage.From.StageName, name, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidArgumentException($"circular dependency detected on stage: {name}");
        }

        if (name == BaseImages.Scratch)
        {
            return new StepSource(new ScratchStep { Name = name });
        }

        if (context is not null && !request.HeldContexts.ContainsKey(context) && request.Contexts[context] is var place && ContextAddress.ImageOf(place) is null && !LayoutAddress.TryParse(place, out _))
        {
            return new ContextSource(context);
        }

        return new StepSource((await FindImageAsync(name, plan.Platform, lines, "FROM ").ConfigureAwait(false)).Step);
    }

    private string CacheId(string id) => Argument("BUILDKIT_CACHE_MOUNT_NS") is { } space ? $"{space.TrimEnd('/')}/{id.TrimStart('/')}" : id;

    private async Task<RunMount> MountAsync(StagePlan plan, MountOption written, LineRange lines)
    {
        var mount = MountOptionParser.Parse(written.Text, text => Expand(plan, text));
        var target = mount.Target is { Length: > 0 } given ? AbsolutePath(plan, given) : null;
        var (from, path) = (mount.From, mount.Source ?? "");
        switch (mount.Type)
        {
            case "bind":
                return new BindMount(from is null ? new ContextSource(null) : await FromAsync(plan, from, lines).ConfigureAwait(false), Sources.SourceTree.Clean(path)) { Target = target!, ReadOnly = mount.ReadOnly ?? true };
            case "cache":
                var beginning = from is null ? null : await FromAsync(plan, from, lines).ConfigureAwait(false) as StepSource;
                return new CacheMount(CacheId(mount.Id ?? target!), mount.Sharing ?? "shared", beginning?.Step, Sources.SourceTree.Clean(path), mount.Mode ?? 0x1ED, mount.Uid ?? 0, mount.Gid ?? 0) { Target = target!, ReadOnly = mount.ReadOnly ?? false };
            case "tmpfs":
                return new TmpfsMount(mount.SizeLimit) { Target = target! };
            case "secret":
                var id = mount.Id ?? (mount.Source is not null ? path : Path.GetFileName(target ?? ""));
                return id.Length == 0
                    ? throw new InvalidArgumentException("one of source, target is required for a secret mount")
                    : new SecretMount(id, mount.Required, mount.Env, target is not null || mount.Env is null, mount.Mode ?? 0x100, mount.Uid ?? 0, mount.Gid ?? 0) { Target = target ?? $"/run/secrets/{Path.GetFileName(id)}" };
            default:
                return new AgentMount(mount.Id ?? "default", mount.Required, mount.Mode ?? 0x180, mount.Uid ?? 0, mount.Gid ?? 0) { Target = target ?? "/run/buildkit/ssh_agent.0" };
        }
    }
}
