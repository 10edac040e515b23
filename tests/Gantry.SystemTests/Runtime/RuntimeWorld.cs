using Gantry.SystemTests.Infrastructure;

[assembly: AssemblyFixture(typeof(Gantry.SystemTests.Runtime.RuntimeWorld))]

namespace Gantry.SystemTests.Runtime;

/// <summary>One sandbox for all tests of runtimes. Each container has a bundle and an id of its own, so they may run side by side.</summary>
public sealed class RuntimeWorld : IAsyncDisposable
{
    private readonly SemaphoreSlim _once = new(1, 1);
    private Sandbox? _sandbox;
    private int _count;

    /// <summary>A container to be, for a runtime by the name of its program.</summary>
    internal async Task<OciContainer> ContainerAsync(string runtime)
    {
        Root.Require("unshare", "nsenter", "tini", "busybox", "runc", "crun");
        await _once.WaitAsync();
        try
        {
            _sandbox ??= await Sandbox.CreateAsync();
        }
        finally
        {
            _once.Release();
        }

        var program = runtime == "gantry-runtime" ? Programs.Runtime : Programs.Find(runtime)!;
        return new OciContainer(_sandbox, program, runtime, Interlocked.Increment(ref _count));
    }

    public async ValueTask DisposeAsync()
    {
        if (_sandbox is not null)
        {
            // What others leave is theirs to know.
            var left = _sandbox.Processes().Values.Concat(_sandbox.ControlGroups()).Where(l => l.Contains("gantry-runtime", StringComparison.Ordinal)).ToArray();
            await _sandbox.DisposeAsync();
            if (left.Length > 0) throw new CommandException("left behind by a runtime: " + string.Join(", ", left));
        }

        _once.Dispose();
    }
}
