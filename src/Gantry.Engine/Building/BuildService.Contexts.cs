using System.Collections.Concurrent;
using Gantry.Build.Sources;
using Gantry.Engine.Containers;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Build;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Building;

internal sealed partial class BuildService
{
    private const int MostWaiting = 64;
    private const uint KindMask = 0xF000;
    private readonly ConcurrentDictionary<string, WaitingContext> waitingContexts = new(StringComparer.Ordinal);

    public BuildContextResponse Compare(BuildContextRequest context)
    {
        if (context.Key.Length == 0)
        {
            throw new InvalidArgumentException("the context has no key");
        }

        var changes = context.IsUnchanged
            ? contexts.TryFind(context.Key, context.Digest)
            : contexts.Compare(context.Key, [.. context.Entries.Select(Entry)], context.Digest);
        if (changes is null)
        {
            return new();
        }

        var id = ContainerIdentity.New();
        waitingContexts[id] = new(changes, context.Ignored is { } ignored ? IgnorePatterns.Parse(ignored) : null, parts.Time.GetUtcNow());
        DropForgotten();
        return new() { Id = id, Missing = [.. changes.Missing] };
    }

    public async Task CompleteAsync(string id, Stream archive, CancellationToken cancellationToken)
    {
        var waiting = Waiting(id);
        await Task.Factory.StartNew(() => waiting.Complete(archive, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    private WaitingContext Waiting(string id) => waitingContexts.TryGetValue(id, out var waiting) ? waiting : throw new NotFoundException($"no context {id} is waiting for a build");

    /// <summary>The context is the caller's now.</summary>
    private ContextTree TakeContext(string id)
    {
        using var waiting = Waiting(id);
        waitingContexts.TryRemove(id, out _);
        return waiting.Take();
    }

    /// <summary>A client that went away leaves its context; the oldest goes when there are many.</summary>
    private void DropForgotten()
    {
        // Of a copy: sorting fails where others come meanwhile.
        foreach (var (id, waiting) in waitingContexts.ToArray().OrderByDescending(pair => pair.Value.Since).Skip(MostWaiting))
        {
            if (waitingContexts.TryRemove(id, out _))
            {
                waiting.Dispose();
            }
        }
    }

    private static SourceEntry Entry(BuildContextEntry entry)
    {
        var path = string.Join('/', SourceTree.Parts(entry.Path));
        if (path.Length == 0 || SourceTree.Parts(path).Contains(".."))
        {
            throw new InvalidArgumentException($"invalid path in the context: {entry.Path}");
        }

        return new()
        {
            Path = path,
            Kind = (entry.Mode & KindMask) switch
            {
                0x8000 => FileKind.Regular,
                0x4000 => FileKind.Directory,
                0xA000 => FileKind.SymbolicLink,
                _ => throw new InvalidArgumentException($"invalid mode {entry.Mode} of {entry.Path} in the context"),
            },
            Permissions = entry.Mode & ~KindMask,
            Size = entry.Size,
            ModifiedNanoseconds = entry.Modified,
            Link = entry.Link,
        };
    }

    private sealed class WaitingContext(ContextChanges changes, IgnorePatterns? ignored, DateTimeOffset since) : IDisposable
    {
        private ContextTree? tree;

        public DateTimeOffset Since { get; } = since;

        public void Complete(Stream archive, CancellationToken cancellationToken)
        {
            var complete = changes.Complete(archive, cancellationToken);
            Interlocked.Exchange(ref tree, complete)?.Dispose();
        }

        public ContextTree Take()
        {
            var taken = Interlocked.Exchange(ref tree, null)
                ?? (changes.Missing.Count == 0 ? changes.Complete(Stream.Null, CancellationToken.None) : throw new ConflictException($"{changes.Missing.Count} files of the context did not come"));
            taken.Ignored = ignored;
            return taken;
        }

        public void Dispose()
        {
            Interlocked.Exchange(ref tree, null)?.Dispose();
            changes.Dispose();
        }
    }
}
