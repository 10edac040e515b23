namespace Gantry.Images.Layers;

/// <summary>
/// A few filled blocks between one producer and one consumer. Whoever has to wait sleeps at once: on a busy machine the
/// spinning of the framework's collections costs more than the work.
/// </summary>
internal sealed class BlockQueue(int capacity)
{
    private readonly object gate = new();
    private readonly Queue<(byte[] Block, int Length)> blocks = new(capacity);
    private bool ended;

    /// <summary>False where nobody will take it any more.</summary>
    public bool TryAdd(byte[] block, int length)
    {
        lock (gate)
        {
            while (blocks.Count == capacity && !ended)
            {
                Monitor.Wait(gate);
            }

            if (ended)
            {
                return false;
            }

            blocks.Enqueue((block, length));
            Monitor.Pulse(gate);
            return true;
        }
    }

    /// <summary>False when the producer has ended and all is taken.</summary>
    public bool TryTake(out (byte[] Block, int Length) block)
    {
        lock (gate)
        {
            while (blocks.Count == 0 && !ended)
            {
                Monitor.Wait(gate);
            }

            var taken = blocks.TryDequeue(out block);
            Monitor.Pulse(gate);
            return taken;
        }
    }

    /// <summary>No more will come, or no more is wanted: wakes who waits.</summary>
    public void End()
    {
        lock (gate)
        {
            ended = true;
            Monitor.PulseAll(gate);
        }
    }
}
