using System.Buffers;
using System.IO.Pipelines;

namespace Gantry.Server.Hosting;

/// <summary>The input that HTTP reads from; after a takeover it is at its end for HTTP, whatever is still to come.</summary>
internal sealed class HijackableInput(PipeReader inner) : PipeReader
{
    private static readonly ReadResult End = new(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true);
    private volatile bool _ended;

    public void EndForHttp() => _ended = true;

    public override bool TryRead(out ReadResult result)
    {
        if (_ended)
        {
            result = End;
            return true;
        }

        return inner.TryRead(out result);
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _ended ? ValueTask.FromResult(End) : inner.ReadAsync(cancellationToken);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!_ended)
        {
            inner.AdvanceTo(consumed, examined);
        }
    }

    public override void CancelPendingRead()
    {
        if (!_ended)
        {
            inner.CancelPendingRead();
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (!_ended)
        {
            inner.Complete(exception);
        }
    }
}
