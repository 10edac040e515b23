using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Poll;
using Gantry.Runtime.Monitor.Logs;
using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Server;

/// <summary><c>gantry-runtime monitor --bundle DIR --control-fd N [--rootfs-fd N] [--netns-fd N] [--mount-fd N]…</c>: stays with one container until its end.</summary>
internal static class MonitorCommand
{
    private const int Backlog = 128;

    public static int Run(ReadOnlySpan<string> arguments)
    {
        // Only the container's end, or SIGKILL, ends its monitor.
        IgnoredSignals.Ignore();
        try
        {
            Run(MonitorArguments.Parse(arguments));
            return 0;
        }
        catch (Exception e) when (e is IOException or GantryException or UnauthorizedAccessException)
        {
            MonitorErrors.Write(e.Message);
            return 1;
        }
    }

    private static void Run(MonitorArguments arguments)
    {
        using var bundle = UnixSocket.OpenDirectory(arguments.Bundle);
        var file = Path.Combine(arguments.Bundle, MonitorSettings.FileName);
        var settings = MonitorSettingsReader.Read(HostFile.ReadAllBytes(file), file);
        var paths = new MonitorPaths(arguments.Bundle, settings.ExitPath);
        _ = AppendFile.Unlink(settings.ExitPath);
        _ = AppendFile.Unlink(paths.Socket);

        using var loop = new PollLoop();
        var container = ContainerOfBundle.Load(arguments, settings);
        using var server = new MonitorServer(
            paths, loop, ContainerLog.Create(settings), new MonitorOptions(settings.Id, settings.Tty, settings.OpenStdin, settings.StdinOnce, settings.RemovedAtExit, container.Program));
        server.Listen(UnixSocket.Listen(bundle, MonitorSettings.SocketName, Backlog));
        if (arguments.Control is { } control)
        {
            server.AddControl(control, greet: false);
        }

        server.Create(container.Create);
        server.Run();
    }
}

/// <summary>The command's arguments.</summary>
internal sealed record MonitorArguments(
    string Bundle, FileDescriptor? Control, FileDescriptor? RootFilesystem, FileDescriptor? NetworkNamespace, IReadOnlyList<FileDescriptor> Mounts)
{
    public static MonitorArguments Parse(ReadOnlySpan<string> arguments)
    {
        string? bundle = null;
        FileDescriptor? control = null;
        FileDescriptor? root = null;
        FileDescriptor? network = null;
        List<FileDescriptor> mounts = [];
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            switch (arguments[i])
            {
                case "--bundle":
                    bundle = Path.GetFullPath(arguments[i + 1]);
                    break;
                case "--control-fd":
                    control = Inherited(arguments[i + 1]);
                    break;
                case "--rootfs-fd":
                    root = Inherited(arguments[i + 1]);
                    break;
                case "--netns-fd":
                    network = Inherited(arguments[i + 1]);
                    break;
                case "--mount-fd":
                    mounts.Add(Inherited(arguments[i + 1]));
                    break;
                default:
                    throw new InvalidArgumentException($"monitor knows no option {arguments[i]}");
            }
        }

        return new MonitorArguments(bundle ?? throw new InvalidArgumentException("monitor needs --bundle"), control, root, network, mounts);
    }

    private static FileDescriptor Inherited(string number)
    {
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            throw new InvalidArgumentException($"{number} is not a descriptor's number");
        }

        var descriptor = new FileDescriptor(value);
        RawIo.SetCloseOnExec(descriptor, true);
        return descriptor;
    }
}
