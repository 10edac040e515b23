namespace Gantry.Linux.Poll;

/// <summary>Something with a descriptor that the loop watches; used only on the loop's thread.</summary>
public abstract class Watcher(PollLoop loop, FileDescriptor descriptor) : IDisposable
{
    private PollEvents interest;
    private bool watched;
    private bool disposed;

    public FileDescriptor Descriptor { get; } = descriptor;

    /// <summary>When <see cref="OnDeadline"/> is due (<see cref="Clock.Milliseconds"/>); 0: never.</summary>
    public long Deadline
    {
        get;
        protected set
        {
            if (field > 0 != value > 0)
            {
                Loop.SetTimed(this, value > 0);
            }

            field = value;
        }
    }

    protected PollLoop Loop { get; } = loop;

    protected bool IsDisposed => disposed;

    public abstract void OnEvents(PollEvents events);

    /// <summary>Sets another <see cref="Deadline"/>, or none, or is disposed: it comes again at once otherwise.</summary>
    public virtual void OnDeadline()
    {
    }

    /// <summary>Says what to wait for from now on; None still hears of errors and hang-ups.</summary>
    public void Watch(PollEvents events)
    {
        if (disposed || (watched && events == interest))
        {
            return;
        }

        Loop.Watch(this, events, watched);
        (interest, watched) = (events, true);
    }

    /// <summary>Hears of nothing until the next <see cref="Watch"/>.</summary>
    public void Unwatch()
    {
        if (watched)
        {
            Loop.Forget(this);
            watched = false;
        }
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (disposed)
        {
            return;
        }

        Unwatch();
        disposed = true;
        Deadline = 0;
        OnDispose();
        Descriptor.Dispose();
    }

    protected virtual void OnDispose()
    {
    }
}
