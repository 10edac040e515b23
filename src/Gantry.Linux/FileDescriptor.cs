using System.Runtime.InteropServices;
using Gantry.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux;

/// <summary>An open file descriptor, closed with this object. All that Gantry opens carry O_CLOEXEC.</summary>
public class FileDescriptor : SafeHandle
{
    public FileDescriptor()
        : base(-1, ownsHandle: true)
    {
    }

    public FileDescriptor(int descriptor, bool ownsHandle = true)
        : base(-1, ownsHandle) => SetHandle(descriptor);

    public override bool IsInvalid => (int)handle < 0;

    /// <summary>The number, for building plans and messages; keep this object alive while it is used.</summary>
    public int Number => (int)handle;

    /// <summary>A second descriptor of the same open file, close-on-exec (fcntl(2), F_DUPFD_CLOEXEC).</summary>
    public FileDescriptor Duplicate() => DuplicateOf(this);

    /// <summary>As <see cref="Duplicate"/>, of another kind of handle.</summary>
    public static FileDescriptor DuplicateOf(SafeHandle handle) => new(Libc.Duplicate(handle));

    /// <summary>Hands the descriptor over to a handle that .NET's streams take; this object is empty afterwards.</summary>
    public SafeFileHandle IntoFileHandle() => new(Release(), ownsHandle: true);

    /// <summary>Gives the number up without closing it: the caller owns it now.</summary>
    public int Release()
    {
        var number = (int)handle;
        SetHandle(-1);
        SetHandleAsInvalid();
        return number;
    }

    /// <inheritdoc/>
    public override string ToString() => $"fd {Number}";

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
