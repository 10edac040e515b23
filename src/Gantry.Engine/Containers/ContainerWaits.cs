using Gantry.Spec.Engine;

namespace Gantry.Engine.Containers;

/// <summary>Who waits for a container's end or removal.</summary>
internal sealed class ContainerWaits
{
    private readonly Lock gate = new();
    private readonly List<TaskCompletionSource<ContainerWaitResponse>> exit = [];
    private readonly List<TaskCompletionSource<ContainerWaitResponse>> removal = [];

    public Task<ContainerWaitResponse> ForExit(CancellationToken cancellationToken) => Register(exit, cancellationToken);

    public Task<ContainerWaitResponse> ForRemoval(CancellationToken cancellationToken) => Register(removal, cancellationToken);

    public void Exited(ContainerWaitResponse response) => Complete(exit, response);

    public void Removed(ContainerWaitResponse response)
    {
        Complete(exit, response);
        Complete(removal, response);
    }

    private Task<ContainerWaitResponse> Register(List<TaskCompletionSource<ContainerWaitResponse>> list, CancellationToken cancellationToken)
    {
        var source = new TaskCompletionSource<ContainerWaitResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            list.Add(source);
        }

        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.Register(() =>
            {
                lock (gate)
                {
                    list.Remove(source);
                }

                source.TrySetCanceled(cancellationToken);
            });
        }

        return source.Task;
    }

    private void Complete(List<TaskCompletionSource<ContainerWaitResponse>> list, ContainerWaitResponse response)
    {
        TaskCompletionSource<ContainerWaitResponse>[] waiting;
        lock (gate)
        {
            waiting = [.. list];
            list.Clear();
        }

        foreach (var source in waiting)
        {
            source.TrySetResult(response);
        }
    }
}
