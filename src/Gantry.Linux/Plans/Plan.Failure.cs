using System.Globalization;
using System.Text;

namespace Gantry.Linux.Plans;

public sealed partial class Plan
{
    internal PlanException Failure(PlanMessage message)
    {
        if ((uint)message.StepIndex >= (uint)steps.Count)
        {
            return Describe(message.Step, null, null, (Errno)message.Errno);
        }

        return Describe(steps[message.StepIndex].Kind, subjects[message.StepIndex], DetailWords(message), (Errno)message.Errno);
    }

    internal static PlanException Describe(StepKind kind, object? subject, string? detail, Errno errno)
    {
        var text = new StringBuilder(Words(kind));
        var named = subject is Enum value ? value.ToString().ToLowerInvariant() : subject?.ToString();
        if (!string.IsNullOrEmpty(named))
        {
            text.Append(' ').Append(named);
        }

        if (detail is not null)
        {
            text.Append(": ").Append(detail);
        }

        text.Append(": ").Append((kind, errno) switch
        {
            (StepKind.FindExecutable, Errno.ENOENT) => "no such file or directory in the container, or not in its $PATH (ENOENT)",
            (StepKind.RunHook, Errno.ECANCELED) => "the hook failed",
            (StepKind.RunHook, Errno.ETIMEDOUT) => "the hook took longer than its timeout",
            _ => LinuxException.Describe(errno),
        });
        if (Hint(kind, errno) is { } hint)
        {
            text.Append(": ").Append(hint);
        }

        return new(kind, errno, text.ToString()) { Subject = named };
    }

    /// <summary><see cref="StepKind.SetHostName"/> → <c>set host name</c>.</summary>
    internal static string Words(StepKind kind)
    {
        var text = new StringBuilder();
        foreach (var c in kind.ToString())
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append(' ');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    private string? DetailWords(PlanMessage message) => (StepDetail)message.Detail switch
    {
        StepDetail.None => null,
        StepDetail.Source => "its source",
        StepDetail.Target => "its target",
        StepDetail.FileSystemType => "the file system type",
        StepDetail.Attributes => "its options",
        StepDetail.Superblock => "the file system",
        StepDetail.Attach => "attaching it",
        StepDetail.NotADevice => "what is there is not the device it should be",
        StepDetail.OnProc => "it would cover a file of /proc",
        StepDetail.OutsideRoot => "it lies outside the container's root",
        StepDetail.Contents => "copying what is there",
        var detail when message.Step == StepKind.RunHook => $"exit code {detail - StepDetail.Option}",
        var detail when detail >= StepDetail.Option && options[message.StepIndex] is { } given && detail - StepDetail.Option < given.Count =>
            $"option {given[detail - StepDetail.Option]}",
        var detail => ((int)detail).ToString(CultureInfo.InvariantCulture),
    };

    private static string? Hint(StepKind kind, Errno errno) => (kind, errno) switch
    {
        (StepKind.SetResourceLimit, Errno.EPERM) => "raising a hard limit needs CAP_SYS_RESOURCE, which this process does not have",
        (StepKind.SetCapabilities, Errno.EPERM) => "this process lacks one of them itself",
        (StepKind.BindRoot, Errno.ENOENT) => "root.path names no directory",
        (StepKind.JoinCgroup, Errno.ENOSPC) => "a cpuset without cpus or mems takes no process",
        (StepKind.LoadSeccomp, Errno.EACCES) => "without noNewPrivileges a filter needs CAP_SYS_ADMIN",
        (StepKind.Execute, Errno.ENOENT) => "its interpreter is missing",
        (StepKind.Execute, Errno.ENOEXEC) => "it is neither a script with an interpreter line nor a program for this machine",
        _ => null,
    };
}

/// <summary>A step of a plan failed in the child, which is gone.</summary>
public sealed class PlanException(StepKind step, Errno errno, string message) : IOException(message, (int)errno)
{
    public StepKind Step { get; } = step;

    public Errno Errno { get; } = errno;

    /// <summary>What the step was about: a path, a name, a value.</summary>
    public string? Subject { get; init; }

    /// <summary>As a shell counts: 127 when the program is not there, 126 when it cannot be executed where it is to be, 125 for all else.</summary>
    public int ExitCode => (Step, Errno) switch
    {
        (StepKind.FindExecutable or StepKind.Execute, Errno.ENOENT or Errno.ENOTDIR) => 127,
        (StepKind.FindExecutable or StepKind.Execute or StepKind.ChangeDirectory, _) => 126,
        _ => 125,
    };
}
