using System.Runtime.ExceptionServices;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Mounts;

/// <summary>
/// For kernels before 6.8, whose fsconfig(2) has no <c>lowerdir+</c> and cuts strings at 255 bytes: mount(2) in a
/// private mount namespace of a thread that then ends, and a clone of that mount, which survives it.
/// </summary>
internal static unsafe class LegacyOverlay
{
    private const int NewMountNamespace = 0x20000;
    private const int Recursive = 0x4000;
    private const int Private = 1 << 18;

    private static readonly Lazy<bool> s_isNeeded = new(() =>
    {
        using var context = new FileSystemContext("overlay");
        // Before 6.5 whatever is set is taken, and refused when the mount is made; from 6.5 to 6.7 lowerdir+ is not known.
        return context.TrySet("no such parameter", "") || !context.TrySet("lowerdir+", "/");
    }, LazyThreadSafetyMode.PublicationOnly);

    public static bool IsNeeded => s_isNeeded.Value;

    public static DetachedMount Mount(
        IReadOnlyList<string> lowers,
        string? upper,
        string? work,
        IReadOnlyList<string>? options,
        MountAttributes attributes)
    {
        DetachedMount? mount = null;
        ExceptionDispatchInfo? failure = null;
        // A thread may leave the mount namespace of its process alone: unshare(2) gives it a file system context of its own.
        var thread = new Thread(() =>
        {
            try
            {
                mount = MountHere(lowers, upper, work, options);
                mount.SetAttributes(attributes);
            }
            catch (LinuxException e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return mount!;
    }

    internal static string Describe(IReadOnlyList<string> lowers, string? upper, string? work, IReadOnlyList<string>? options)
    {
        List<string> parts = [$"lowerdir={string.Join(':', lowers.Select(Escape))}"];
        if (upper is not null)
        {
            parts.Add($"upperdir={Escape(upper)}");
            parts.Add($"workdir={Escape(work!)}");
        }

        parts.AddRange(options ?? []);
        return string.Join(',', parts);
    }

    private static DetachedMount MountHere(IReadOnlyList<string> lowers, string? upper, string? work, IReadOnlyList<string>? options)
    {
        Check(Raw.Call(SyscallNumber.Unshare, NewMountNamespace), "mount namespace");
        var target = upper ?? lowers[0];
        fixed (byte* slash = "/\0"u8)
        fixed (byte* overlay = "overlay\0"u8)
        fixed (byte* at = new UnixPath(target))
        fixed (byte* data = new UnixPath(Describe(lowers, upper, work, options)))
        {
            Check(Raw.Call(SyscallNumber.Mount, 0, (nint)slash, 0, Recursive | Private, 0), "/");
            Check(Raw.Call(SyscallNumber.Mount, (nint)overlay, (nint)at, (nint)overlay, 0, (nint)data), target);
        }

        return DetachedMount.Clone(target);
    }

    private static void Check(int result, string subject)
    {
        if (result < 0)
        {
            throw new LinuxException("mount", (Errno)(-result), subject);
        }
    }

    private static string Escape(string path) =>
        path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);
}
