namespace Gantry.Linux;

/// <summary>
/// A system call was refused. The message reads <c>openat2 etc/passwd: no such file or directory (ENOENT)</c>.
/// </summary>
/// <param name="call">The system call or library function, by its kernel name.</param>
/// <param name="errno">What it left in errno.</param>
/// <param name="subject">The path, name or value it was about; null where the call says all.</param>
public sealed class LinuxException(string call, Errno errno, string? subject = null)
    : IOException(Describe(call, errno, subject), (int)errno)
{
    public string Call { get; } = call;

    public Errno Errno { get; } = errno;

    public string? Subject { get; } = subject;

    /// <summary>The kernel's words for an error number, lower case: <c>permission denied (EACCES)</c>.</summary>
    public static string Describe(Errno errno) =>
        $"{Words(errno)} ({(Enum.IsDefined(errno) ? errno.ToString() : $"errno {(int)errno}")})";

    /// <summary>As <see cref="Describe(Errno)"/>, without the name.</summary>
    public static string Words(Errno errno) => Native.Libc.ErrorText((int)errno);

    private static string Describe(string call, Errno errno, string? subject) =>
        string.IsNullOrEmpty(subject) ? $"{call}: {Describe(errno)}" : $"{call} {subject}: {Describe(errno)}";
}
