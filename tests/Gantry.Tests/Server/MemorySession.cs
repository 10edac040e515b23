using System.IO.Pipelines;
using Gantry.Engine.Backends;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Server;

/// <summary>A process whose streams are pipes in memory: the test plays the process.</summary>
internal sealed class MemorySession(bool isTerminal, bool stdin) : AttachSession
{
    private readonly Pipe _output = new();
    private readonly Pipe _input = new();

    public override bool IsTerminal => isTerminal;

    public override DetachKeys? DetachKeys { get; } = isTerminal ? DetachKeys.Parse(null) : null;

    public override Stream Output => _output.Reader.AsStream();

    public override Stream? Input => stdin ? _input.Writer.AsStream(leaveOpen: true) : null;

    /// <summary>What the process writes.</summary>
    public PipeWriter ProcessOutput => _output.Writer;

    /// <summary>What the process reads.</summary>
    public Stream ProcessInput => _input.Reader.AsStream();

    public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ValueTask CloseInputAsync(CancellationToken cancellationToken) => _input.Writer.CompleteAsync();

    public override ValueTask DisposeAsync()
    {
        Disposed.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
