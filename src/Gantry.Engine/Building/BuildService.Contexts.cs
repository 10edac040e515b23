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
        await BlockingWork.RunAsync(() => waiting.Complete(archive, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private WaitingContext Waiting(string id) => waitingContexts.TryGetValue(id, out var waiting) ? waiting : throw new NotFoundException($"no context {id} is waiting for a build");

    /// <summary>Gives a build a context that came or is coming.</summary>
    /// <returns>What is left out of it.</returns>
    private IgnorePatterns? UseContext(BuildInputs inputs, string? name, string id)
    {
        var waiting = Waiting(id);
        inputs.Use(name, waiting.TakeAsync(() => waitingContexts.TryRemove(id, out _)), waiting, () => waiting.Received);
        return waiting.Ignored;
    }

    /// <summary>A client that went away leaves its context; the oldest goes when there are many.</summary>
    private void DropForgotten()
    {
        // Of a copy: sorting fails where others come meanwhile.
        foreach (var (id, waiting) in waitingContexts.ToArray().Where(pair => !pair.Value.IsTaken).OrderByDescending(pair => pair.Value.Since).Skip(MostWaiting))
        {
            if (waitingContexts.TryRemove(id, out _))
            {
                waiting.Dispose();
            }
        }
    }

    private static SourceEntry Entry(BuildContextEntry entry)
    {
        var path = SourceTree.Clean(entry.Path);
        if (path.Length == 0 || SourceTree.LeadsUp(path))
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

    /// <summary>Of a client's directory what is here, and what comes: a build may begin before that is done.</summary>
    private sealed class WaitingContext(ContextChanges changes, IgnorePatterns? ignored, DateTimeOffset since) : IDisposable
    {
        private readonly TaskCompletionSource<SourceTree> arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource gone = new();
        private Action? ended;

        public DateTimeOffset Since { get; } = since;

        public IgnorePatterns? Ignored { get; } = ignored;

        /// <summary>Bytes of files that came so far.</summary>
        public long Received => changes.Received;

        /// <summary>A build has it.</summary>
        public bool IsTaken => Volatile.Read(ref ended) is not null;

        public void Complete(Stream archive, CancellationToken cancellationToken)
        {
            try
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, gone.Token);
                changes.Complete(archive, Arrive, stop.Token);
            }
            catch (Exception e)
            {
                // Nothing where the build ended meanwhile.
                arrived.TrySetException(e is OperationCanceledException ? new InvalidArgumentException("the client stopped sending the files to build from", e) : e);
                throw gone.IsCancellationRequested ? new ConflictException("the build that the context was for has ended", e) : e;
            }
        }

        private void Arrive(ContextTree tree)
        {
            tree.Ignored = Ignored;
            if (!arrived.TrySetResult(tree))
            {
                tree.Dispose();
            }
        }

        /// <param name="whenEnded">Called once the build has no more use for it.</param>
        public Task<SourceTree> TakeAsync(Action whenEnded)
        {
            if (Interlocked.CompareExchange(ref ended, whenEnded, null) is not null)
            {
                throw new ConflictException("another build has the context");
            }

            if (changes.Missing.Count == 0 && !arrived.Task.IsCompleted)
            {
                Complete(Stream.Null, CancellationToken.None);
            }

            return arrived.Task;
        }

        public void Dispose()
        {
            ended?.Invoke();
            gone.Cancel();
            if (!arrived.TrySetCanceled() && arrived.Task.IsCompletedSuccessfully)
            {
                arrived.Task.Result.Dispose();
            }

            // Nobody may have waited.
            _ = arrived.Task.Exception;
            changes.Dispose();
            gone.Dispose();
        }
    }
}
