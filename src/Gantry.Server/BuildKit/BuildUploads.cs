using System.Collections.Concurrent;

namespace Gantry.Server.BuildKit;

/// <summary>Contexts that clients send with a request beside the one for the build; whichever comes first waits for the other.</summary>
internal sealed class BuildUploads
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<BuildUpload>> byBuild = new(StringComparer.Ordinal);

    /// <summary>Ends when the build has read it.</summary>
    public async Task OfferAsync(string build, Stream content, CancellationToken cancellationToken)
    {
        var upload = new BuildUpload(content);
        Slot(build).TrySetResult(upload);
        try
        {
            await upload.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            byBuild.TryRemove(build, out _);
        }
    }

    public async Task<BuildUpload> TakeAsync(string build, CancellationToken cancellationToken)
    {
        try
        {
            return await Slot(build).Task.WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            byBuild.TryRemove(build, out _);
            throw new Spec.InvalidArgumentException($"the context of build {build} did not come", e);
        }
    }

    private TaskCompletionSource<BuildUpload> Slot(string build) => byBuild.GetOrAdd(build, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>An archive on its way; disposed, it was read.</summary>
internal sealed class BuildUpload(Stream content) : IAsyncDisposable
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Stream Content => content;

    public Task Done => done.Task;

    public ValueTask DisposeAsync()
    {
        done.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
