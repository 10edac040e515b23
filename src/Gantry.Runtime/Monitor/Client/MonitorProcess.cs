using System.Globalization;
using System.Runtime.InteropServices;
using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Client;

/// <summary>The monitor as a child process of this one.</summary>
internal static class MonitorProcess
{
    private const int ControlDescriptor = 3;
    private const int RootDescriptor = 4;
    private const int NetworkDescriptor = 5;
    private const int FirstMountDescriptor = 6;

    public static int Start(MonitorSpawn spawn, SafeHandle control)
    {
        using var nothing = UnixSocket.OpenFile("/dev/null", write: true);
        using var errors = UnixSocket.OpenFile(Path.Combine(spawn.Bundle, MonitorSettings.ErrorName), write: true, create: true);
        List<string> arguments = [spawn.Program, "monitor", "--bundle", spawn.Bundle, "--control-fd", "3"];
        List<InheritedDescriptor> descriptors =
            [new(nothing, 0), new(nothing, 1), new(errors, 2), new(control, ControlDescriptor)];
        if (spawn.RootFilesystem is { } root)
        {
            arguments.AddRange(["--rootfs-fd", "4"]);
            descriptors.Add(new(root, RootDescriptor));
        }

        if (spawn.NetworkNamespace is { } network)
        {
            arguments.AddRange(["--netns-fd", "5"]);
            descriptors.Add(new(network, NetworkDescriptor));
        }

        for (var i = 0; i < spawn.Mounts.Count; i++)
        {
            var number = FirstMountDescriptor + i;
            arguments.AddRange(["--mount-fd", number.ToString(CultureInfo.InvariantCulture)]);
            descriptors.Add(new(spawn.Mounts[i], number));
        }

        return ProcessSpawner.Spawn(new SpawnRequest
        {
            Program = spawn.Program,
            Arguments = arguments,
            Environment = [],
            Descriptors = descriptors,
            NewSession = true,
        });
    }

    /// <summary>Reaps a monitor that has ended or soon will: it goes once its last slow client is served.</summary>
    public static async Task ReapAsync(int processId)
    {
        var pause = TimeSpan.FromMilliseconds(1);
        while (!ChildProcess.TryReap(processId))
        {
            await Task.Delay(pause).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, TimeSpan.TicksPerSecond));
        }
    }
}
