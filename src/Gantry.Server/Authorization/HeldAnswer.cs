using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Server.Authorization;

/// <summary>
/// Holds an answer back until it is judged. One that is begun explicitly, as streams are, or is larger than
/// <see cref="Limit"/>, goes out as it comes.
/// </summary>
internal sealed class HeldAnswer(IHttpResponseBodyFeature inner) : PipeWriter, IHttpResponseBodyFeature
{
    /// <summary>Bytes; dockerd's limit.</summary>
    private const int Limit = 64 * 1024;

    private readonly ArrayBufferWriter<byte> held = new();
    private bool isPassing;
    private Stream? stream;

    /// <summary>What is held; empty once it goes out as it comes.</summary>
    public ReadOnlyMemory<byte> Held => isPassing ? default : held.WrittenMemory;

    public Stream Stream => stream ??= AsStream(leaveOpen: true);

    public PipeWriter Writer => this;

    public override void Advance(int bytes)
    {
        if (isPassing) inner.Writer.Advance(bytes);
        else held.Advance(bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => isPassing ? inner.Writer.GetMemory(sizeHint) : held.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (!isPassing && held.WrittenCount <= Limit)
        {
            return default;
        }

        await ReleaseAsync(cancellationToken).ConfigureAwait(false);
        return await inner.Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets it out.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (isPassing)
        {
            return;
        }

        isPassing = true;
        if (held.WrittenCount > 0)
        {
            await inner.Writer.WriteAsync(held.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await inner.StartAsync(cancellationToken).ConfigureAwait(false);
        await ReleaseAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task CompleteAsync()
    {
        await ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        await inner.CompleteAsync().ConfigureAwait(false);
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public void DisableBuffering() => inner.DisableBuffering();

    public override void CancelPendingFlush() => inner.Writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
    }
}
