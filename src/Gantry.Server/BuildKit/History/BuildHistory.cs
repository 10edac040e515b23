using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using Gantry.Build;
using Gantry.Images;
using Gantry.Server.BuildKit.Control;
using Gantry.Server.BuildKit.Grpc;
using Gantry.Spec;
using Gantry.Spec.Image;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.BuildKit.History;

/// <summary>
/// The builds that clients asked for in BuildKit's words, with how they went. As BuildKit's, the newest stay, and what is younger than
/// two days. Each has a directory of its own, named after its ref, which appears whole.
/// </summary>
internal sealed partial class BuildHistory
{
    private const int Kept = 50;
    private const int Most = 1000;
    private const string RecordFile = "record";
    private const string NewPrefix = ".new-";
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(2);
    private readonly Lock gate = new();
    private readonly Dictionary<string, BuildRecord> active = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<string, BuildRecord>> ended;
    private readonly List<ChannelWriter<HistoryEvent>> listeners = [];
    private readonly string directory;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    /// <param name="directory">Where it is kept, for nobody else to read; made when the first build ends.</param>
    public BuildHistory(string directory, TimeProvider time, ILogger logger)
    {
        (this.directory, this.time, this.logger) = (directory, time, logger);
        ended = new(LoadAll, LazyThreadSafetyMode.None);
    }

    /// <summary>Notes a build from its beginning to its end.</summary>
    /// <param name="traceParent">The client's span, where it has one.</param>
    public async Task<BuildOutcome?> RecordAsync(Solve solve, SolveRequest request, string? traceParent, Func<Task<BuildOutcome?>> build)
    {
        var record = BuildRecord.Begun(request with { Ref = solve.Ref }, time.GetUtcNow());
        Begin(record);
        try
        {
            var outcome = await build().ConfigureAwait(false);
            End(record with { Response = outcome is null ? record.Response : SolveExports.Answer(request.Exports, outcome) }, solve.Feed, traceParent, null, outcome?.Provenances ?? []);
            return outcome;
        }
        catch (Exception e)
        {
            var failure = e as GrpcException ?? new(e is OperationCanceledException ? GrpcCode.Canceled : GrpcCode.Internal, e is OperationCanceledException ? "context canceled" : e.Message);
            End(record with { Failure = new(failure.Code, failure.Message) }, solve.Feed, traceParent, failure, []);
            throw;
        }
    }

    /// <summary>Tells of the builds asked for, those that go on first, and then of what becomes of them.</summary>
    /// <param name="begin">Called once nothing that happens is missed.</param>
    /// <param name="send">Called for each event, in their order.</param>
    public async Task ListenAsync(HistoryQuery query, Func<Task> begin, Func<HistoryEvent, ValueTask> send, CancellationToken cancellationToken)
    {
        var filters = query.Filters.Select(text => new HistoryFilter(text, time.GetUtcNow())).ToList();
        var coming = Channel.CreateUnbounded<HistoryEvent>(new() { SingleReader = true });
        List<HistoryEvent> known;
        lock (gate)
        {
            known = [.. active.Values.Select(record => new HistoryEvent(HistoryEventKind.Started, record))];
            if (!query.ActiveOnly)
            {
                var old = ended.Value.Values.Where(IsOf).Where(record => filters.Count == 0 || filters.Exists(filter => filter.Matches(record))).OrderByDescending(record => record.CreatedAt);
                known.AddRange((query.Limit > 0 ? old.Take(query.Limit) : old).Select(record => new HistoryEvent(HistoryEventKind.Ended, record)));
            }

            listeners.Add(coming.Writer);
        }

        try
        {
            await begin().ConfigureAwait(false);
            foreach (var happened in known.Where(happened => IsOf(happened.Record)))
            {
                await send(happened).ConfigureAwait(false);
            }

            while (!query.EarlyExit)
            {
                var happened = await coming.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (IsOf(happened.Record))
                {
                    await send(happened).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            lock (gate)
            {
                listeners.Remove(coming.Writer);
            }
        }

        bool IsOf(BuildRecord record) => query.Ref.Length == 0 || record.Ref == query.Ref;
    }

    public void Pin(string reference, bool pinned)
    {
        lock (gate)
        {
            var record = ended.Value.GetValueOrDefault(reference) ?? throw NotFound(reference);
            if (record.IsPinned != pinned)
            {
                record = record with { IsPinned = pinned, Generation = record.Generation + 1 };
                Write(PathOf(reference), RecordFile, record.Message().Written.Span);
                ended.Value[reference] = record;
                Publish(new(HistoryEventKind.Ended, record));
            }
        }
    }

    public void Delete(string reference)
    {
        lock (gate)
        {
            if (!ended.Value.Remove(reference))
            {
                throw NotFound(reference);
            }

            Remove(PathOf(reference));
            Publish(new(HistoryEventKind.Deleted, new() { Ref = reference }));
        }
    }

    /// <summary>The course of a build that ended, message by message; null where the build is not known, or goes on under a name that was used before.</summary>
    public IEnumerable<ReadOnlyMemory<byte>>? FindCourse(string reference)
    {
        lock (gate)
        {
            return !active.ContainsKey(reference) && ended.Value.GetValueOrDefault(reference)?.Log is { } log && TryOpen(log.Digest) is { } stream ? Messages(stream) : null;
        }
    }

    /// <summary>Something that belongs to a record; null where nothing has this digest.</summary>
    public FileStream? TryOpen(Digest digest)
    {
        lock (gate)
        {
            var record = ended.Value.Values.FirstOrDefault(record => record.Blobs.Any(blob => blob.Digest == digest));
            var path = record is null ? null : Path.Combine(PathOf(record.Ref), digest.Hex);
            return File.Exists(path) ? File.OpenRead(path) : null;
        }
    }

    private void Begin(BuildRecord record)
    {
        lock (gate)
        {
            // What another daemon left half written is removed before this one writes.
            _ = ended.Value;
            active[record.Ref] = record;
            Publish(new(HistoryEventKind.Started, record));
        }
    }

    /// <summary>Who built is told of the build, whatever becomes of its record.</summary>
    private void End(BuildRecord record, StatusFeed feed, string? traceParent, GrpcException? failure, IReadOnlyList<(Platform Platform, Statement Provenance)> provenances)
    {
        var steps = feed.Steps;
        record = record with
        {
            CompletedAt = time.GetUtcNow(),
            TotalSteps = steps.Count,
            CompletedSteps = steps.Count(step => step.Completed is not null || step.State == Build.Progress.StepState.Cached),
            CachedSteps = steps.Count(step => step.State == Build.Progress.StepState.Cached),
            Warnings = feed.WarningCount,
        };
        var draft = Path.Combine(directory, NewPrefix + Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.CreateDirectory(draft);
            record = record with
            {
                Log = Add("application/vnd.buildkit.status.v0", Course(feed)),
                Trace = Add("application/vnd.buildkit.otlp.json.v0", BuildTrace.Write(record, steps, traceParent)),
                FailureDetails = failure is null ? null : Add("application/vnd.googeapis.google.rpc.status+proto", SolveFailure.Status(failure).Span),
                Statements = [.. provenances.Select(made => new HistoryStatement(
                    provenances.Count == 1 ? "" : made.Platform.ToString(),
                    Add(Attestation.StatementType, made.Provenance.Predicate.Span) with { Annotations = HistoryStatement.Annotations(made.Provenance) }))],
            };
            Write(draft, RecordFile, record.Message().Written.Span);
            lock (gate)
            {
                Remove(PathOf(record.Ref));
                Directory.Move(draft, PathOf(record.Ref));
                active.Remove(record.Ref);
                ended.Value[record.Ref] = record;
                Publish(new(HistoryEventKind.Ended, record));
                RemoveOld();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotKept(logger, record.Ref, e);
            Remove(draft);
            lock (gate)
            {
                active.Remove(record.Ref);
                Publish(new(HistoryEventKind.Deleted, new() { Ref = record.Ref }));
            }
        }

        HistoryBlob Add(string type, ReadOnlySpan<byte> content)
        {
            var blob = new HistoryBlob(type, Digest.Sha256(content), content.Length);
            Write(draft, blob.Digest.Hex, content);
            return blob;
        }
    }

    private void RemoveOld()
    {
        var oldest = time.GetUtcNow() - LongestAge;
        foreach (var (index, record) in ended.Value.Values.Where(record => !record.IsPinned).OrderByDescending(record => record.CompletedAt).Index().Skip(Kept).ToList())
        {
            if (index >= Most || record.CompletedAt < oldest)
            {
                Delete(record.Ref);
            }
        }
    }

    private void Publish(HistoryEvent happened) => listeners.ForEach(listener => listener.TryWrite(happened));

    /// <summary>Named by a digest, as a ref may be anything.</summary>
    private string PathOf(string reference) => Path.Combine(directory, Digest.Sha256(Encoding.UTF8.GetBytes(reference)).Hex);

    /// <summary>What was kept, when somebody first asks.</summary>
    private Dictionary<string, BuildRecord> LoadAll()
    {
        var all = new Dictionary<string, BuildRecord>(StringComparer.Ordinal);
        foreach (var path in Directory.Exists(directory) ? Directory.GetDirectories(directory) : [])
        {
            if (Load(path) is { } record)
            {
                all[record.Ref] = record;
            }
            else
            {
                Remove(path);
            }
        }

        return all;
    }

    /// <summary>Null for what a machine that died left of one.</summary>
    private BuildRecord? Load(string path)
    {
        try
        {
            var record = BuildRecord.Parse(File.ReadAllBytes(Path.Combine(path, RecordFile)));
            return PathOf(record.Ref) == path && record.Blobs.All(blob => new FileInfo(Path.Combine(path, blob.Digest.Hex)) is { Exists: true } file && file.Length == blob.Size) ? record : null;
        }
        catch (Exception e) when (e is IOException or GrpcException)
        {
            return null;
        }
    }

    private static byte[] Course(StatusFeed feed)
    {
        using var output = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(uint)];
        foreach (var message in feed.Messages)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)message.Written.Length);
            output.Write(length);
            output.Write(message.Written.Span);
        }

        return output.ToArray();
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Messages(FileStream course)
    {
        using (course)
        {
            var length = new byte[sizeof(uint)];
            while (course.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) == length.Length)
            {
                var message = new byte[Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(length), course.Length)];
                course.ReadExactly(message);
                yield return message;
            }
        }
    }

    private static void Write(string directory, string name, ReadOnlySpan<byte> content)
    {
        var draft = Path.Combine(directory, NewPrefix + name);
        File.WriteAllBytes(draft, content);
        File.Move(draft, Path.Combine(directory, name), overwrite: true);
    }

    private void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(logger, path, e);
        }
    }

    private static GrpcException NotFound(string reference) => new(GrpcCode.NotFound, $"the history has no build {reference}");

    [LoggerMessage(Level = LogLevel.Warning, Message = "the build {Ref} is not kept in the history")]
    private static partial void LogNotKept(ILogger logger, string @ref, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} of the history of builds stays")]
    private static partial void LogNotRemoved(ILogger logger, string path, Exception failure);
}
