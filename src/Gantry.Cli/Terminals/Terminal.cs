namespace Gantry.Cli.Terminals;

/// <summary>The terminal this program was started on, if any.</summary>
internal static class Terminal
{
    // termios(3): input, output, control and local flags that make a terminal cooked.
    private const uint InputCooked = 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400; // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
    private const uint OutputCooked = 0x1; // OPOST: the container's terminal has turned line ends already
    private const uint LocalCooked = 0x8 | 0x40 | 0x2 | 0x1 | 0x8000; // ECHO ECHONL ICANON ISIG IEXTEN
    private const uint SizeAndParity = 0x30 | 0x100; // CSIZE PARENB
    private const uint EightBits = 0x30; // CS8
    private const uint Echo = 0x8; // ECHO
    private const int VTime = 5;
    private const int VMin = 6;

    public static bool InputIsTerminal => LibC.IsATty(0) == 1;

    public static bool OutputIsTerminal => LibC.IsATty(1) == 1;

    public static bool ErrorIsTerminal => LibC.IsATty(2) == 1;

    public static int Width => Size is { Columns: > 0 } size ? size.Columns : 80;

    /// <summary>Rows and columns; zeros where there is no terminal.</summary>
    public static (int Rows, int Columns) Size
    {
        get
        {
            var size = default(LibC.WindowSize);
            return LibC.Ioctl(1, LibC.TiocGWinSz, ref size) == 0 || LibC.Ioctl(0, LibC.TiocGWinSz, ref size) == 0 ? (size.Rows, size.Columns) : (0, 0);
        }
    }

    /// <summary>Every key goes to the container as it is typed, until the result is disposed.</summary>
    public static IDisposable MakeRaw()
    {
        var before = default(LibC.Termios);
        if (LibC.TcGetAttr(0, ref before) != 0) return new Restorer(null);
        var raw = before;
        raw.InputFlags &= ~InputCooked;
        raw.OutputFlags &= ~OutputCooked;
        raw.LocalFlags &= ~LocalCooked;
        raw.ControlFlags = (raw.ControlFlags & ~SizeAndParity) | EightBits;
        raw.Characters[VMin] = 1;
        raw.Characters[VTime] = 0;
        return new Restorer(LibC.TcSetAttr(0, LibC.TcsaNow, ref raw) == 0 ? before : null);
    }

    /// <summary>What is typed is not shown, until the result is disposed.</summary>
    public static IDisposable HideInput()
    {
        var before = default(LibC.Termios);
        if (LibC.TcGetAttr(0, ref before) != 0) return new Restorer(null);
        var hidden = before;
        hidden.LocalFlags &= ~Echo;
        return new Restorer(LibC.TcSetAttr(0, LibC.TcsaNow, ref hidden) == 0 ? before : null);
    }

    private sealed class Restorer(LibC.Termios? before) : IDisposable
    {
        public void Dispose()
        {
            if (before is not { } settings) return;
            before = null;
            // A terminal that hung up needs no restoring.
            _ = LibC.TcSetAttr(0, LibC.TcsaNow, ref settings);
        }
    }
}
