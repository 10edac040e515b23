using System.Runtime.InteropServices;

namespace Gantry.Linux.Gzip;

/// <summary>ISA-L (https://github.com/intel/isa-l, igzip_lib.h; Debian package libisal2), loaded when something is first to be compressed.</summary>
internal sealed unsafe class IsalLibrary
{
    private static readonly Lazy<IsalLibrary?> Loaded = new(() => NativeLibrary.TryLoad("libisal.so.2", out var library) ? new IsalLibrary(library) : null);

    private IsalLibrary(nint library)
    {
        Initialize = (delegate* unmanaged<IsalStream*, void>)NativeLibrary.GetExport(library, "isal_deflate_init");
        Deflate = (delegate* unmanaged<IsalStream*, int>)NativeLibrary.GetExport(library, "isal_deflate");
    }

    /// <summary>Null where it is not installed.</summary>
    public static IsalLibrary? Current => Loaded.Value;

    public delegate* unmanaged<IsalStream*, void> Initialize { get; }

    public delegate* unmanaged<IsalStream*, int> Deflate { get; }
}

/// <summary>The beginning of struct isal_zstream, which the caller fills; the library's own state follows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IsalStream
{
    /// <summary>Bytes of the whole struct: 82 KiB in 2.30, with room for what may be added under the same soname.</summary>
    public const int Size = 256 * 1024;

    /// <summary>ISAL_DEF_LVL1_DEFAULT: 20 KiB and 64 Ki tokens of 4 bytes.</summary>
    public const int FirstLevelBufferSize = (4 + 16 + 256) * 1024;

    /// <summary>IGZIP_GZIP.</summary>
    public const ushort GzipWrapper = 1;

    public byte* NextIn;
    public uint AvailableIn;
    public uint TotalIn;
    public byte* NextOut;
    public uint AvailableOut;
    public uint TotalOut;
    public void* HuffmanTables;
    public uint Level;
    public uint LevelBufferSize;
    public byte* LevelBuffer;
    public ushort EndOfStream;
    public ushort Flush;
    public ushort Wrapper;
    public ushort HistoryBits;
}
