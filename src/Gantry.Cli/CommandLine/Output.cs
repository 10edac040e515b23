using System.Text;
using Gantry.Cli.Terminals;

namespace Gantry.Cli.CommandLine;

/// <summary>
/// Standard output and error. <see cref="Console.Out"/> is not used: setting up its encodings costs more than most commands do.
/// </summary>
internal sealed class Output : IDisposable
{
    private readonly StringBuilder _pending = new();

    public Stream Standard { get; } = new StandardStream(1);

    public Stream Error { get; } = new StandardStream(2);

    public void Write(string text)
    {
        _pending.Append(text);
        if (_pending.Length > 16 * 1024) Flush();
    }

    public void Line(string text = "") => Write(text + "\n");

    /// <summary>For lines someone waits for.</summary>
    public void LineNow(string text)
    {
        Line(text);
        Flush();
    }

    public void ErrorLine(string text)
    {
        Flush();
        Error.Write(Encoding.UTF8.GetBytes(text + "\n"));
    }

    public void Flush()
    {
        if (_pending.Length == 0) return;
        var bytes = Encoding.UTF8.GetBytes(_pending.ToString());
        // What could not be written is not tried again.
        _pending.Clear();
        Standard.Write(bytes);
    }

    public void Dispose() => Flush();
}
