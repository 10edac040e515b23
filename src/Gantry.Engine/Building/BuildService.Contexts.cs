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

        if (context.IsNew)
        {
            return contexts.Knows(context.Key) ? new() : new() { Id = Await(context, null) };
        }

        return (context.IsUnchanged ? contexts.TryFind(context.Key, context.Digest) : Changes(context)) is { } changes
            ? new() { Id = Await(context, changes), Missing = [.. changes.Missing] }
            : new();
    }

    public void TakeEntries(string id, BuildContextRequest context) => Waiting(id).Take(Changes(context));

    public async Task CompleteAsync(string id, Stream archive, CancellationToken cancellationToken)
    {
        var waiting = Waiting(id);
        // Also of a client that went away at once: its build has to hear of it.
        await BlockingWork.RunAsync(() => waiting.Complete(archive, cancellationToken), CancellationToken.None).ConfigureAwait(false);
    }

    /// <param name="changes">Null where they come later.</param>
    /// <returns>The id of what waits for files, and then for its build.</returns>
    private string Await(BuildContextRequest context, ContextChanges? changes)
    {
        var waiting = new WaitingContext(contexts, context.Ignored is { } ignored ? IgnorePatterns.Parse(ignored) : null, parts.Time.GetUtcNow());
        if (changes is not null)
        {
            waiting.Take(changes);
        }

        var id = ContainerIdentity.New();
        waitingContexts[id] = waiting;
        DropForgotten();
        return id;
    }

    private ContextChanges Changes(BuildContextRequest context) => contexts.Compare(context.Key, [.. context.Entries.Select(Entry)], context.Digest);

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
    private sealed class WaitingContext(ContextStore contexts, IgnorePatterns? ignored, DateTimeOffset since) : IDisposable
    {
        private readonly TaskCompletionSource<ContextChanges> listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<SourceTree> arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource gone = new();
        private Action? ended;
        private long received;

        public DateTimeOffset Since { get; } = since;

        public IgnorePatterns? Ignored { get; } = ignored;

        /// <summary>Bytes of files that came so far.</summary>
        public long Received => Interlocked.Read(ref received);

        /// <summary>A build has it.</summary>
        public bool IsTaken => Volatile.Read(ref ended) is not null;

        /// <summary>What is in the directory, and what of it is here.</summary>
        public void Take(ContextChanges changes)
        {
            if (!listed.TrySetResult(changes))
            {
                changes.Dispose();
                throw new ConflictException(gone.IsCancellationRequested ? "the build that the context was for has ended" : "the entries of the context have come before");
            }
        }

        public void Complete(Stream archive, CancellationToken cancellationToken)
        {
            try
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, gone.Token);
                contexts.Complete(archive, () => Listed(stop.Token), bytes => Interlocked.Add(ref received, bytes), Arrive, stop.Token);
            }
            catch (Exception e)
            {
                // Nothing where the build ended meanwhile.
                arrived.TrySetException(e is OperationCanceledException ? new InvalidArgumentException("the client stopped sending the files to build from", e) : e);
                throw gone.IsCancellationRequested ? new ConflictException("the build that the context was for has ended", e) : e;
            }
        }

        private ContextChanges Listed(CancellationToken cancellationToken)
        {
            listed.Task.Wait(cancellationToken);
            return listed.Task.Result;
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

            if (listed.Task is { IsCompletedSuccessfully: true, Result.Missing.Count: 0 } && !arrived.Task.IsCompleted)
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
            if (!listed.TrySetCanceled())
            {
                listed.Task.Result.Dispose();
            }

            gone.Dispose();
        }
    }
}
