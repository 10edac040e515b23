using Gantry.Runtime.Containers;
using System.Collections.Concurrent;
using System.Globalization;
using Gantry.Engine.Backends;
using Gantry.Engine.Bundles;
using Gantry.Engine.Containers;
using Gantry.Engine.Streams;
using Gantry.Linux.Files;
using Gantry.Runtime.Monitor.Client;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Execs;

/// <summary>Runs further commands in running containers.</summary>
internal sealed class ExecService(EngineParts parts) : IExecBackend
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, ExecInstance> execs = new(StringComparer.Ordinal);

    public Task<ExecCreateResponse> CreateExecAsync(string container, ExecCreateRequest request, CancellationToken cancellationToken)
    {
        var instance = Create(parts.Store.Get(container), request);
        return Task.FromResult(new ExecCreateResponse { Id = instance.Id });
    }

    public async Task<AttachSession> StartExecAsync(string execId, ExecStartRequest request, CancellationToken cancellationToken)
    {
        var exec = Get(execId);
        RequireRunning(exec.Container);
        var asked = exec.Request;
        var streams = (asked.AttachStdin ? MonitorStreams.Stdin : 0) | (asked.AttachStdout ? MonitorStreams.Stdout : 0)
            | (asked.AttachStderr ? MonitorStreams.Stderr : 0);
        try
        {
            var process = await StartAsync(exec, streams, request.ConsoleSize, cancellationToken).ConfigureAwait(false);
            return new ExecAttachSession(
                process.Stream, asked.Tty, asked.AttachStdin, exec.Ended, asked.Tty ? TypedKeys.Parse("escape", asked.DetachKeys) : null,
                () => parts.Events.Publish(exec.Container, "exec_detach", ("execID", exec.Id)));
        }
        catch (Exception e) when (e is GantryException or ProcessStartException && exec.IsClaimed)
        {
            // Docker has answered by then and says it in the stream; the exit code is in inspect.
            return ExecAttachSession.Failed(e.Message, asked.Tty);
        }
    }

    public async Task StartExecDetachedAsync(string execId, ExecStartRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var process = await StartAsync(Get(execId), MonitorStreams.None, request.ConsoleSize, cancellationToken).ConfigureAwait(false);
            await process.Stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (ProcessStartException e) when (e.ExitCode is 126 or 127)
        {
            throw new InvalidArgumentException(e.Message, e);
        }
        catch (ProcessStartException e)
        {
            throw new InternalException(e.Message, e);
        }
    }

    public async Task ResizeExecAsync(string execId, int height, int width, CancellationToken cancellationToken)
    {
        var exec = Get(execId);
        if (exec is not { IsRunning: true, Container.Monitor: { } monitor })
        {
            throw new ConflictException($"exec {execId} is not running");
        }

        await monitor.ResizeExecAsync(exec.Id, (ushort)height, (ushort)width, cancellationToken).ConfigureAwait(false);
    }

    public Task<ExecInspectResponse> InspectExecAsync(string execId, CancellationToken cancellationToken) => Task.FromResult(Get(execId).Inspect());

    public ExecInstance Create(Container container, ExecCreateRequest request)
    {
        RequireRunning(container);
        if (request.Cmd is not { Length: > 0 } command)
        {
            throw new InvalidArgumentException("No exec command specified");
        }

        if (request.User.Length > 0)
        {
            using var root = RootOf(container);
            RequireUser(root, request.User);
        }

        _ = TypedKeys.Parse("escape", request.DetachKeys);
        ForgetOld();
        var exec = new ExecInstance(ContainerIdentity.New(), container, request);
        execs[exec.Id] = exec;
        container.Execs[exec.Id] = exec;
        parts.Events.Publish(container, "exec_create: " + string.Join(' ', command), ("execID", exec.Id));
        return exec;
    }

    public async Task<MonitorExec> StartAsync(ExecInstance exec, MonitorStreams streams, int[]? consoleSize, CancellationToken cancellationToken)
    {
        var monitor = RequireRunning(exec.Container);
        using var span = Tracing.Begin("daemon.execStart", ("container.ID", exec.Container.Id), ("exec.ID", exec.Id));
        if (!exec.TryClaim())
        {
            throw new ConflictException(exec.IsRunning ? $"Error: Exec command {exec.Id} is already running" : $"Error: Exec command {exec.Id} has already run");
        }

        try
        {
            var request = Request(exec, consoleSize ?? exec.Request.ConsoleSize);
            var process = await monitor.ExecAsync(request, streams, cancellationToken).ConfigureAwait(false);
            exec.Process = process;
            parts.Events.Publish(exec.Container, "exec_start: " + string.Join(' ', exec.Request.Cmd!), ("execID", exec.Id));
            // Its end is no part of who started it.
            using (ExecutionContext.SuppressFlow())
            {
                exec.Ended = WatchAsync(exec, process);
            }

            return process;
        }
        catch (Exception e)
        {
            _ = Tracing.Fail(span, e.Message);
            exec.ExitCode = e is ProcessStartException failure ? failure.ExitCode : 126;
            exec.EndedAt = parts.Time.GetUtcNow();
            throw;
        }
    }

    private static MonitorClient RequireRunning(Container container)
    {
        var state = container.Record.State;
        return state switch
        {
            { Restarting: true } => throw new ConflictException($"Container {container.Id} is restarting, wait until the container is running"),
            { Paused: true } => throw new ConflictException($"Container {container.Id} is paused, unpause the container before exec"),
            { Running: true } when container.Monitor is { } monitor => monitor,
            _ => throw new ConflictException($"container {container.Id} is not running"),
        };
    }

    private ExecRequest Request(ExecInstance exec, int[]? consoleSize)
    {
        var (record, asked) = (exec.Container.Record, exec.Request);
        if (asked.WorkingDir.Length > 0 && !asked.WorkingDir.StartsWith('/'))
        {
            throw new InvalidArgumentException($"the working directory '{asked.WorkingDir}' is invalid, it needs to be an absolute path");
        }

        using var root = RootOf(exec.Container);
        var user = UserLookup.Resolve(root, asked.User.Length > 0 ? asked.User : record.Config.User, record.HostConfig.GroupAdd);
        var config = record.Config with { Env = [.. record.Config.Env ?? [], .. asked.Env ?? []] };
        return new ExecRequest
        {
            Id = exec.Id,
            Arguments = asked.Cmd!,
            Environment = ConfigWriter.Environment(record with { Config = config }, user, asked.Tty, parts.Networks.LinkVariables(record)),
            WorkingDirectory = asked.WorkingDir.Length > 0 ? asked.WorkingDir : record.Config.WorkingDir.Length > 0 ? record.Config.WorkingDir : "/",
            UserId = user.UserId,
            GroupId = user.GroupId,
            AdditionalGroups = user.Groups,
            Terminal = asked.Tty,
            Rows = (ushort)(consoleSize is [var rows, _] ? rows : 0),
            Columns = (ushort)(consoleSize is [_, var columns] ? columns : 0),
            Privileged = asked.Privileged,
        };
    }

    /// <summary>The magic link is followed once; below it, paths stay in the container's root.</summary>
    private static RootedDirectory RootOf(Container container) =>
        RootedDirectory.Open($"/proc/{container.Record.State.Pid.ToString(CultureInfo.InvariantCulture)}/root");

    private static void RequireUser(RootedDirectory root, string user)
    {
        try
        {
            UserLookup.Resolve(root, user, null);
        }
        catch (NotFoundException e)
        {
            throw new InvalidArgumentException(e.Message, e);
        }
    }

    private async Task WatchAsync(ExecInstance exec, MonitorExec process)
    {
        exec.ExitCode = await process.ExitCode.ConfigureAwait(false);
        exec.EndedAt = parts.Time.GetUtcNow();
        exec.Container.Execs.TryRemove(exec.Id, out _);
        parts.Events.Publish(
            exec.Container, "exec_die", ("execID", exec.Id), ("exitCode", exec.ExitCode.Value.ToString(CultureInfo.InvariantCulture)));
    }

    private ExecInstance Get(string id) => execs.TryGetValue(id, out var exec) ? exec : throw new NotFoundException($"No such exec instance: {id}");

    private void ForgetOld()
    {
        var limit = parts.Time.GetUtcNow() - Remembered;
        foreach (var (id, exec) in execs)
        {
            if (exec.EndedAt < limit || parts.Store.Find(exec.Container.Id) != exec.Container)
            {
                execs.TryRemove(id, out _);
                exec.Container.Execs.TryRemove(id, out _);
            }
        }
    }
}
