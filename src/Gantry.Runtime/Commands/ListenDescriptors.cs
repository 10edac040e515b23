using System.Globalization;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Commands;

/// <summary>Sockets that systemd or an engine opened for the program in the container (sd_listen_fds(3)).</summary>
internal static class ListenDescriptors
{
    private const string Variable = "LISTEN_FDS";

    /// <summary>How many of the first descriptors after standard error they are.</summary>
    public static int Count { get; } =
        int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    /// <summary>The program is told as a service of systemd is: by the variables, with its own number, which is 1.</summary>
    public static ProcessSpec? AddTo(ProcessSpec? process) =>
        process is null || Count == 0 ? process : process with { Env = [.. process.Env ?? [], $"{Variable}={Count}", "LISTEN_PID=1"] };
}
