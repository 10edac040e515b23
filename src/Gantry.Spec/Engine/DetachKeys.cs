namespace Gantry.Spec.Engine;

/// <summary>The sequence of keys that leaves a container without stopping it; ctrl-p,ctrl-q unless said otherwise.</summary>
public sealed class DetachKeys
{
    private const string Usual = "ctrl-p,ctrl-q";
    private readonly byte[] _keys;
    private int _matched;

    private DetachKeys(byte[] keys) => _keys = keys;

    /// <param name="text">Names of keys with commas between them; null or empty for the usual ones.</param>
    /// <exception cref="FormatException">A name is not a key; the message is that name.</exception>
    public static DetachKeys Parse(string? text) => new([.. (string.IsNullOrEmpty(text) ? Usual : text).Split(',').Select(Key)]);

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

    private static byte Key(string name) => name switch
    {
        [var c] => (byte)c,
        "DEL" => 127,
        ['c', 't', 'r', 'l', '-', var c] when c is >= 'a' and <= 'z' => (byte)(c - 'a' + 1),
        ['c', 't', 'r', 'l', '-', var c] when c is '@' => 0,
        ['c', 't', 'r', 'l', '-', var c] when c is '[' or '\\' or ']' or '^' or '_' => (byte)(c - '[' + 27),
        _ => throw new FormatException(name),
    };
}
