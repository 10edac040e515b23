using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Terminals;

/// <summary>The sequence of keys that leaves a container without stopping it; ctrl-p,ctrl-q unless said otherwise.</summary>
internal sealed class DetachKeys
{
    private readonly byte[] _keys;
    private int _matched;

    private DetachKeys(byte[] keys) => _keys = keys;

    /// <exception cref="CommandLineException">A name is not a key.</exception>
    public static DetachKeys Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) text = "ctrl-p,ctrl-q";
        var keys = new List<byte>();
        foreach (var name in text.Split(','))
        {
            keys.Add(name switch
            {
                [var c] => (byte)c,
                "DEL" => 127,
                ['c', 't', 'r', 'l', '-', var c] when c is >= 'a' and <= 'z' => (byte)(c - 'a' + 1),
                ['c', 't', 'r', 'l', '-', var c] when c is '@' => 0,
                ['c', 't', 'r', 'l', '-', var c] when c is '[' or '\\' or ']' or '^' or '_' => (byte)(c - '[' + 27),
                _ => throw new CommandLineException($"Unknown character: '{name}'"),
            });
        }

        return new DetachKeys([.. keys]);
    }

    /// <summary>Passes typed bytes on, keeping back what may be the beginning of the sequence.</summary>
    /// <returns>True when the sequence is complete.</returns>
    public bool Filter(ReadOnlySpan<byte> typed, List<byte> passed)
    {
        foreach (var key in typed)
        {
            if (key == _keys[_matched])
            {
                if (++_matched == _keys.Length) return true;
                continue;
            }

            for (var i = 0; i < _matched; i++) passed.Add(_keys[i]);
            _matched = key == _keys[0] ? 1 : 0;
            if (_matched == 1 && _keys.Length == 1) return true;
            if (_matched == 0) passed.Add(key);
        }

        return false;
    }
}
