using Gantry.Linux.Processes;
using Gantry.Runtime.Monitor.Protocol;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>What a further process of a container is, by what was asked for and by the container's first process.</summary>
internal static class ExecProcess
{
    public static ProcessSpec Of(ExecRequest request, ContainerSpec spec) => spec.Process! with
    {
        Args = request.Arguments,
        Env = request.Environment,
        Cwd = request.WorkingDirectory,
        Terminal = request.Terminal,
        ConsoleSize = request.Rows == 0 ? null : new ConsoleSize { Height = request.Rows, Width = request.Columns },
        User = new UserSpec { Uid = request.UserId, Gid = request.GroupId, AdditionalGids = request.AdditionalGroups, Umask = spec.Process!.User?.Umask },
        Capabilities = CapabilitiesOf(request, spec),
    };

    // A user other than root holds none of them, as after any execve(2) by such a user (capabilities(7)); Docker's rule for exec.
    private static CapabilitiesSpec CapabilitiesOf(ExecRequest request, ContainerSpec spec)
    {
        var bounding = request.Privileged ? Capabilities.Bounding.ToNames() : spec.Process!.Capabilities?.Bounding;
        return request.UserId == 0
            ? new CapabilitiesSpec { Bounding = bounding, Permitted = bounding, Effective = bounding }
            : new CapabilitiesSpec { Bounding = bounding };
    }
}
