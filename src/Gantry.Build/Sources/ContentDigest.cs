using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Sources;

/// <summary>What a copy depends on: names, kinds, modes, owners, bytes, links and extended attributes, and not times.</summary>
public sealed class ContentDigest : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] buffer = new byte[1024];

    /// <summary>An entry and all below it.</summary>
    /// <param name="name">What stands for its path.</param>
    /// <param name="excludes">Entries below it, by their path from it, that are left out.</param>
    public void Add(SourceTree tree, SourceEntry entry, string name, IgnorePatterns? excludes = null) => Add(tree, entry, name, "", excludes);

    public void Add(string text)
    {
        int count;
        while (!Encoding.UTF8.TryGetBytes(text, buffer, out count))
        {
            buffer = new byte[buffer.Length * 2];
        }

        AddText(count);
    }

    public Digest Finish() => Digest.FromHash(hash.GetHashAndReset());

    public void Dispose() => hash.Dispose();

    private void Add(SourceTree tree, SourceEntry entry, string name, string below, IgnorePatterns? excludes)
    {
        AddDescription(entry, name);
        foreach (var (attribute, value) in tree.XattrsOf(entry))
        {
            Add(attribute);
            hash.AppendData(value);
        }

        if (entry.Kind == FileKind.Regular)
        {
            hash.AppendData(tree.HashOf(entry));
        }

        if (entry.Kind != FileKind.Directory)
        {
            return;
        }

        foreach (var child in tree.List(entry.Path))
        {
            var path = below.Length == 0 ? child.Name : $"{below}/{child.Name}";
            if (excludes is null || !excludes.IsIgnored(path) || (child.Kind == FileKind.Directory && excludes.MayContainIncluded(path)))
            {
                Add(tree, child, $"{name}/{child.Name}", path, excludes);
            }
        }
    }

    private void AddDescription(SourceEntry entry, string name)
    {
        int count;
        while (!Utf8.TryWrite(buffer, CultureInfo.InvariantCulture, $"{name}\n{(int)entry.Kind} {entry.Permissions} {entry.Uid}:{entry.Gid} {entry.Device.Major}:{entry.Device.Minor} {entry.Link}", out count))
        {
            buffer = new byte[buffer.Length * 2];
        }

        AddText(count);
    }

    /// <summary>What stands in the buffer.</summary>
    private void AddText(int count)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, count);
        hash.AppendData(length);
        hash.AppendData(buffer.AsSpan(0, count));
    }
}
