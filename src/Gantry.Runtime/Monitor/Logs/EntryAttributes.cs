using System.Buffers;
using System.Text;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>The field <c>attrs</c> of an entry (<see cref="EntryFormat"/>): key and value each, sorted by key.</summary>
internal static class EntryAttributes
{
    private const int Around = 32;

    public static byte[] Encode(IReadOnlyDictionary<string, string>? attributes)
    {
        var all = new ArrayBufferWriter<byte>();
        foreach (var (key, value) in (attributes ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var (keyBytes, valueBytes) = (Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
            var pair = new ProtobufWriter(new byte[keyBytes.Length + valueBytes.Length + Around]);
            pair.Bytes(1, keyBytes);
            if (valueBytes.Length > 0)
            {
                pair.Bytes(2, valueBytes);
            }

            var field = new ProtobufWriter(all.GetSpan(pair.Length + Around));
            field.Bytes(6, pair.Written);
            all.Advance(field.Length);
        }

        return all.WrittenSpan.ToArray();
    }
}
