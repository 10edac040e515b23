using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Runtime.Hooks;
using Gantry.Runtime.Json;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Seccomp;

/// <summary>
/// Gives the descriptor that answers for a filter to the agent that linux.seccomp.listenerPath names, with the container
/// process state beside it (config-linux.md).
/// </summary>
internal sealed class SeccompListener
{
    private readonly string path;
    private readonly string? metadata;

    private SeccompListener(string path, string? metadata) => (this.path, this.metadata) = (path, metadata);

    /// <summary>Null where no listener is named.</summary>
    public static SeccompListener? Of(LinuxSpec? linux)
    {
        var seccomp = linux?.Seccomp ?? (linux is { SeccompJson.IsEmpty: false }
            ? JsonSerializer.Deserialize(linux.SeccompJson.Span, RuntimeJson.Default.SeccompSpec) : null);
        return seccomp is { ListenerPath: { Length: > 0 } path } ? new(path, seccomp.ListenerMetadata) : null;
    }

    public void Send(FileDescriptor descriptor, HookState container, string status, int pid)
    {
        var state = new JsonObjectWriter(1024);
        state.String("ociVersion"u8, container.OciVersion);
        state.Raw("fds"u8, "[\"seccompFd\"]"u8);
        state.Number("pid"u8, (ulong)pid);
        if (metadata is not null)
        {
            state.String("metadata"u8, metadata);
        }

        state.Raw("state"u8, container.With(status, pid));
        try
        {
            Descriptors.SendTo(path, descriptor, System.Text.Encoding.UTF8.GetString(state.Finish()));
        }
        catch (LinuxException e)
        {
            throw new UnavailableException($"linux.seccomp.listenerPath: {path}: the agent cannot be reached: {LinuxException.Describe(e.Errno)}", e);
        }
    }
}
