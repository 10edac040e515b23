using Gantry.Linux;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Processes;
using Gantry.Linux.Terminals;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Runtime.Monitor.Server;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Monitor.Runtimes;

/// <summary>A container that another OCI runtime makes. Its processes are this monitor's children all the same.</summary>
internal sealed class RuntimeContainer : IMonitoredContainer
{
    private const int SignalKill = 9;
    private readonly string bundle;
    private readonly ContainerSpec spec;
    private readonly RuntimeCalls calls;
    private readonly BundleMounts mounts;
    private FileDescriptor? terminal;

    private RuntimeContainer(GivenContainer given, ContainerSpec spec, MonitorSettings settings, ProcessPipes? pipes)
    {
        bundle = given.Bundle;
        this.spec = spec;
        calls = new RuntimeCalls(settings.Runtime!, settings.Id, bundle);
        Cgroup = new Cgroup(CgroupLayout.Current, settings.CgroupsPath!);
        mounts = BundleMounts.Attach(given);
        try
        {
            Init = StartWithTerminal(pipes, calls.Create, spec.Process?.ConsoleSize, out terminal);
        }
        catch (IOException e)
        {
            Discard(e);
            throw;
        }
    }

    public PidFd Init { get; }

    public bool OwnsProcesses => NamespaceKinds.MakesNew(spec.Linux, "pid");

    public Cgroup Cgroup { get; }

    /// <summary>Has the runtime make it, its streams being the pipes given, or a terminal.</summary>
    /// <exception cref="OciRuntimeException">The runtime refused.</exception>
    public static RuntimeContainer Create(GivenContainer given, ContainerSpec spec, MonitorSettings settings, ProcessPipes? pipes) =>
        new(given, spec, settings, pipes);

    public FileDescriptor? TakeTerminal()
    {
        var taken = terminal;
        terminal = null;
        return taken;
    }

    public void Start() => calls.Start();

    public StartedExec StartExec(ExecRequest request, ProcessPipes? pipes)
    {
        var file = Path.Combine(bundle, "process.json");
        var process = ExecProcess.Of(request, spec);
        ProcessFile.Write(file, process);
        var started = StartWithTerminal(pipes, (streams, console) => calls.Exec(file, streams, console), process.ConsoleSize, out var master);
        return new StartedExec(started, master);
    }

    public bool TrySignal(int signal)
    {
        try
        {
            calls.Kill(signal);
            return true;
        }
        catch (OciRuntimeException) when (Init.AwaitEnd(0))
        {
            return false;
        }
        catch (OciRuntimeException) when (signal == SignalKill)
        {
            return Init.TrySignal(signal);
        }
    }

    public void Destroy()
    {
        try
        {
            calls.Delete();
        }
        finally
        {
            mounts.Dispose();
            Cgroup.Remove();
        }
    }

    public void Dispose()
    {
        terminal?.Dispose();
        Init.Dispose();
    }

    /// <summary>What the runtime left of a container that it could not make; the reason for that is what is told.</summary>
    private void Discard(IOException reason)
    {
        try
        {
            Destroy();
        }
        catch (IOException e) when (e.Message != reason.Message)
        {
            MonitorErrors.Write(e.Message);
        }
    }

    private PidFd StartWithTerminal(ProcessPipes? pipes, Func<ProcessPipes?, ConsoleSocket?, PidFd> start, ConsoleSize? size, out FileDescriptor? master)
    {
        master = null;
        if (pipes is not null)
        {
            return start(pipes, null);
        }

        using var console = new ConsoleSocket(bundle);
        var process = start(null, console);
        master = console.TakeTerminal();
        if (size is not null)
        {
            Terminal.Resize(master, (ushort)size.Height, (ushort)size.Width);
        }

        return process;
    }
}
