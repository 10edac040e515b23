using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Runtime.Containers;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Commands;

/// <summary><c>create</c>: a container whose init waits for <c>start</c>; and <c>run</c>: both in one.</summary>
internal static class CreateCommand
{
    public static int Create(GlobalOptions options, Arguments arguments, Messages messages)
    {
        var settings = RunSettings.Parse("create", arguments);
        OwnExecutable.Protect();
        var directory = ContainerDirectory.Create(options, settings.Id);
        try
        {
            using var gate = StartGate.Create(directory.FullPath);
            using var container = Make(options, settings, directory, gate, messages);
            SendTerminal(container, settings);
            WritePidFile(settings.PidFile, container.Pid);
            return 0;
        }
        catch
        {
            directory.Remove();
            throw;
        }
    }

    public static int Run(GlobalOptions options, Arguments arguments, Messages messages)
    {
        var settings = RunSettings.Parse("run", arguments);
        if (settings.Detach || !OwnExecutable.IsBusy)
        {
            OwnExecutable.Protect();
        }

        var directory = ContainerDirectory.Create(options, settings.Id);
        PreparedContainer? container = null;
        try
        {
            container = Make(options, settings, directory, gate: null, messages);
            if (settings.ConsoleSocket is not null)
            {
                SendTerminal(container, settings);
            }

            using var terminal = container.TakeTerminal();
            WritePidFile(settings.PidFile, container.Pid);
            container.Start();
            if (settings.Detach)
            {
                container.Dispose();
                return 0;
            }

            var status = Foreground.Wait(container.PidFd, terminal);
            container.Dispose();
            if (!settings.Keep)
            {
                DeleteCommand.Remove(directory, container.Cgroup);
                container.RunPoststopHooks();
            }

            return status.Code;
        }
        catch
        {
            container?.Abandon();
            directory.Remove();
            throw;
        }
    }

    internal static void WritePidFile(string? file, int pid)
    {
        if (file is null)
        {
            return;
        }

        // Readers wait for the file: it must never be there without its contents.
        var temporary = file + ".new";
        try
        {
            File.WriteAllText(temporary, pid.ToString(CultureInfo.InvariantCulture));
            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidArgumentException($"--pid-file: {file} cannot be written", e);
        }
    }

    private static PreparedContainer Make(
        GlobalOptions options, RunSettings settings, ContainerDirectory directory, StartGate? gate, Messages messages)
    {
        var (spec, bytes) = BundleConfig.Read(settings.Bundle, settings.Config);
        spec = spec with { Process = ListenDescriptors.AddTo(spec.Process) };
        CheckTerminal(spec, settings, detached: gate is not null || settings.Detach);
        using var root = settings.RootDescriptor is { } number ? new FileDescriptor(number) : null;
        var container = PreparedContainer.Begin(spec, new()
        {
            Id = settings.Id,
            Bundle = settings.Bundle,
            RootMount = root,
            StartSignal = gate?.Signal,
            FailureSink = gate?.Failure,
            PreservedDescriptors = settings.PreservedDescriptors + ListenDescriptors.Count,
            NoPivot = settings.NoPivot,
            NoNewKeyring = settings.NoNewKeyring,
            SeccompCache = options.SeccompCache,
            Warn = messages.Warn,
        });
        try
        {
            directory.WriteState(new()
            {
                Id = settings.Id,
                OciVersion = spec.OciVersion,
                Pid = container.Pid,
                PidStartTime = ProcessStatus.TryRead(container.Pid)?.StartTime ?? 0,
                Bundle = settings.Bundle,
                Rootfs = spec.Root is { } rootSpec ? Path.GetFullPath(rootSpec.Path, settings.Bundle) : null,
                Created = DateTimeOffset.UtcNow,
                CgroupPath = container.Cgroup.Layout.Hierarchies.Length == 0 ? string.Empty : container.Cgroup.Path,
                Annotations = spec.Annotations,
            }, bytes);
            if (gate is not null || settings.PidFile is not null || spec.Process?.Terminal == true)
            {
                // Others hear of it from here on. Without them nobody waits: a failure comes with the start.
                container.AwaitReady();
            }

            return container;
        }
        catch
        {
            container.Abandon();
            throw;
        }
    }

    private static void CheckTerminal(ContainerSpec spec, RunSettings settings, bool detached)
    {
        var terminal = spec.Process?.Terminal == true;
        if (detached && terminal && settings.ConsoleSocket is null)
        {
            throw new InvalidArgumentException("process.terminal is true, so --console-socket is needed: somebody must take the terminal");
        }

        if (settings.ConsoleSocket is not null && !terminal)
        {
            throw new InvalidArgumentException("--console-socket is given, but process.terminal is not true");
        }
    }

    private static void SendTerminal(PreparedContainer container, RunSettings settings)
    {
        using var terminal = container.TakeTerminal();
        if (terminal is not null && settings.ConsoleSocket is { } socket)
        {
            Descriptors.SendTo(socket, terminal, "/dev/ptmx");
        }
    }
}
