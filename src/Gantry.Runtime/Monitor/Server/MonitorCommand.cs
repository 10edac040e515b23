using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Poll;
using Gantry.Linux.Processes;
using Gantry.Runtime.Monitor.Logs;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Server;

/// <summary><c>gantry-runtime monitor --control-fd N</c>: waits there for a container, and stays with it until its end.</summary>
internal static class MonitorCommand
{
    private const int Backlog = 128;

    public static int Run(ReadOnlySpan<string> arguments)
    {
        // Only the container's end, or SIGKILL, ends its monitor.
        IgnoredSignals.Ignore();
        try
        {
            var control = Control(arguments);
            if (GivenContainer.Receive(control) is { } given)
            {
                Run(given, control);
            }

            return 0;
        }
        catch (Exception e) when (e is IOException or GantryException or UnauthorizedAccessException)
        {
            MonitorErrors.Write(e.Message);
            return 1;
        }
    }

    private static void Run(GivenContainer given, FileDescriptor control)
    {
        MonitorErrors.WriteTo(given.Bundle);
        using var bundle = UnixSocket.OpenDirectory(given.Bundle);
        var file = Path.Combine(given.Bundle, MonitorSettings.FileName);
        var settings = MonitorSettingsReader.Read(HostFile.ReadAllBytes(file), file);
        var paths = new MonitorPaths(given.Bundle, settings.ExitPath);
        _ = AppendFile.Unlink(settings.ExitPath);
        _ = AppendFile.Unlink(paths.Socket);

        using var loop = new PollLoop();
        var container = ContainerOfBundle.Load(given, settings);
        var log = ContainerLog.Create(settings, loop);
        // Before anybody is listened to: what is asked meanwhile waits.
        var failure = log?.TryOpen();
        using var server = new MonitorServer(
            paths, loop, log, new MonitorOptions(settings.Id, settings.Tty, settings.OpenStdin, settings.StdinOnce, settings.RemovedAtExit, container.Program));
        server.Listen(UnixSocket.Listen(bundle, MonitorSettings.SocketName, Backlog));
        server.AddControl(control, greet: false);
        server.Create(pipes => failure is null ? container.Create(pipes) : throw failure);
        ProcessArguments.Replace("--bundle", given.Bundle);
        server.Run();
    }

    private static FileDescriptor Control(ReadOnlySpan<string> arguments)
    {
        // What else is there is only shown (ProcessArguments).
        if (arguments is not ["--control-fd", var number, ..] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            throw new InvalidArgumentException("monitor needs --control-fd and the number of an open socket; gantryd starts it");
        }

        var descriptor = new FileDescriptor(value);
        RawIo.SetCloseOnExec(descriptor, true);
        return descriptor;
    }
}
