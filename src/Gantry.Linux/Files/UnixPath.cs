using System.Text;

namespace Gantry.Linux.Files;

/// <summary>
/// A path as the kernel takes it: bytes, any but NUL, NUL-terminated. Made from a string (as UTF-8) or from the
/// bytes themselves, for names that are not UTF-8.
/// </summary>
public readonly ref struct UnixPath
{
    private readonly ReadOnlySpan<byte> terminated;

    public UnixPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var bytes = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, bytes);
        terminated = Checked(bytes);
    }

    public UnixPath(ReadOnlySpan<byte> path)
    {
        var bytes = new byte[path.Length + 1];
        path.CopyTo(bytes);
        terminated = Checked(bytes);
    }

    /// <summary>The bytes without the terminator.</summary>
    public ReadOnlySpan<byte> Bytes => terminated.IsEmpty ? [] : terminated[..^1];

    public bool IsEmpty => terminated.Length <= 1;

    public static implicit operator UnixPath(string path) => new(path);

    public static implicit operator UnixPath(ReadOnlySpan<byte> path) => new(path);

    public static UnixPath FromString(string path) => new(path);

    public static UnixPath FromReadOnlySpan(ReadOnlySpan<byte> path) => new(path);

    /// <summary>For <c>fixed</c>: the first byte of the terminated path.</summary>
    public ref readonly byte GetPinnableReference() => ref (terminated.IsEmpty ? "\0"u8 : terminated).GetPinnableReference();

    /// <summary>Splits into the directory part (possibly empty) and the last name; trailing slashes do not count.</summary>
    public void SplitLast(out UnixPath directory, out UnixPath name)
    {
        var trimmed = Bytes.TrimEnd((byte)'/');
        var slash = trimmed.LastIndexOf((byte)'/');
        directory = trimmed[..(slash + 1)];
        name = trimmed[(slash + 1)..];
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Bytes);

    private static ReadOnlySpan<byte> Checked(byte[] terminated) =>
        terminated.AsSpan().IndexOf((byte)0) == terminated.Length - 1
            ? terminated
            : throw new ArgumentException($"path {Encoding.UTF8.GetString(terminated.AsSpan(0, terminated.Length - 1)).Replace("\0", "\\0", StringComparison.Ordinal)} contains a NUL byte");
}
