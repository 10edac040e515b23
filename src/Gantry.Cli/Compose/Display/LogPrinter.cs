using System.Text;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Compose.Display;

/// <summary>Lines of several containers, each behind its name. Several threads print.</summary>
/// <param name="hasPrefix">The names are shown.</param>
/// <param name="hasColor">They have the colour of their service.</param>
internal sealed class LogPrinter(Output output, bool hasPrefix, bool hasColor)
{
    private const string Reset = "\u001b[0m";
    private static readonly string[] Colors = ["36", "33", "32", "35", "34", "36;1", "33;1", "32;1", "35;1", "34;1"];
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _colorOf = new(StringComparer.Ordinal);
    private int _width;

    /// <summary>Makes room for a name, before its first line where that is possible.</summary>
    public void Register(string name, string service)
    {
        lock (_gate)
        {
            _width = Math.Max(_width, name.Length);
            _colorOf.TryAdd(service, Colors[_colorOf.Count % Colors.Length]);
        }
    }

    /// <param name="line">Without its end.</param>
    /// <param name="isError">It goes to standard error.</param>
    public void Line(string name, string service, ReadOnlySpan<byte> line, bool isError)
    {
        lock (_gate)
        {
            byte[] text = [.. Encoding.UTF8.GetBytes(hasPrefix ? PrefixOf(name, service) : ""), .. line, (byte)'\n'];
            output.Flush();
            (isError ? output.Error : output.Standard).Write(text);
        }
    }

    /// <summary>What is said of a container, instead of by it.</summary>
    public void Status(string text)
    {
        lock (_gate) output.LineNow(text);
    }

    private string PrefixOf(string name, string service)
    {
        var prefix = $"{name.PadRight(_width)}  | ";
        return hasColor && _colorOf.TryGetValue(service, out var color) ? $"\u001b[{color}m{prefix}{Reset}" : prefix;
    }
}
