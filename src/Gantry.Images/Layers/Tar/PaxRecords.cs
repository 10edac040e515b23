using System.Globalization;
using System.Text;
using Gantry.Spec;

namespace Gantry.Images.Layers.Tar;

/// <summary>Extended header records, <c>length key=value\n</c> (POSIX pax; tar(5), "Pax Interchange Format").</summary>
internal sealed class PaxRecords
{
    private const string XattrPrefix = "SCHILY.xattr.";

    public byte[]? Path { get; private set; }

    public byte[]? LinkPath { get; private set; }

    public long? Size { get; private set; }

    public long? Uid { get; private set; }

    public long? Gid { get; private set; }

    public long? ModifiedNanoseconds { get; private set; }

    public List<KeyValuePair<string, byte[]>> Xattrs { get; } = [];

    public int? SparseMajor { get; private set; }

    public int? SparseMinor { get; private set; }

    public byte[]? SparseName { get; private set; }

    public long? SparseRealSize { get; private set; }

    /// <summary>Offsets and lengths in turn: form 0.0 gives them one record each, form 0.1 as one list.</summary>
    public List<long>? SparseNumbers { get; private set; }

    public void Read(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            var blank = records.IndexOf((byte)' ');
            if (blank is < 1 or > 10 || !int.TryParse(records[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= blank + 1 || length > records.Length || records[length - 1] != '\n')
            {
                throw new InvalidArgumentException("invalid tar header: malformed pax record");
            }

            var record = records[(blank + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1)
            {
                throw new InvalidArgumentException("invalid tar header: pax record without a key");
            }

            Set(Encoding.UTF8.GetString(record[..equals]), record[(equals + 1)..]);
            records = records[length..];
        }
    }

    private void Set(string key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case "path":
                Path = Text(key, value);
                break;
            case "linkpath":
                LinkPath = Text(key, value);
                break;
            case "size":
                Size = Number(key, value);
                break;
            case "uid":
                Uid = Number(key, value);
                break;
            case "gid":
                Gid = Number(key, value);
                break;
            case "mtime":
                ModifiedNanoseconds = Time(value);
                break;
            case "GNU.sparse.major":
                SparseMajor = (int)Number(key, value);
                break;
            case "GNU.sparse.minor":
                SparseMinor = (int)Number(key, value);
                break;
            case "GNU.sparse.name":
                SparseName = Text(key, value);
                break;
            case "GNU.sparse.size" or "GNU.sparse.realsize":
                SparseRealSize = Number(key, value);
                break;
            case "GNU.sparse.offset" or "GNU.sparse.numbytes":
                (SparseNumbers ??= []).Add(Number(key, value));
                break;
            case "GNU.sparse.map":
                SparseNumbers = [];
                foreach (var range in value.Split((byte)','))
                {
                    SparseNumbers.Add(Number(key, value[range]));
                }

                break;
            default:
                if (key.StartsWith(XattrPrefix, StringComparison.Ordinal))
                {
                    Xattrs.Add(new(key[XattrPrefix.Length..], value.ToArray()));
                }

                break;
        }
    }

    private static byte[]? Text(string key, ReadOnlySpan<byte> value) => value.Contains((byte)0)
        ? throw new InvalidArgumentException($"invalid tar header: pax {key} holds a NUL byte")
        : value.IsEmpty ? null : value.ToArray();

    private static long Number(string key, ReadOnlySpan<byte> value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidArgumentException($"invalid tar header: pax {key} {TarText.Display(value)}");

    /// <summary>Seconds with any number of decimals.</summary>
    private static long Time(ReadOnlySpan<byte> value)
    {
        if (!decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            || seconds is > 9_000_000_000 or < -9_000_000_000)
        {
            throw new InvalidArgumentException($"invalid tar header: pax mtime {TarText.Display(value)}");
        }

        return (long)decimal.Floor(seconds * 1_000_000_000);
    }
}
