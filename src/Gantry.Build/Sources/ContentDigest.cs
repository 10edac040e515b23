using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gantry.Linux.Files;
using Gantry.Spec;
using Gantry.Spec.Build;

namespace Gantry.Build.Sources;

/// <summary>What a copy depends on: names, kinds, modes, owners, bytes, links and extended attributes, and not times.</summary>
public sealed class ContentDigest : IDisposable
{
    private const int MostOnStack = 1024;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>An entry and all below it.</summary>
    /// <param name="name">What stands for its path.</param>
    /// <param name="excludes">Entries below it, by their path from it, that are left out.</param>
    public void Add(SourceTree tree, SourceEntry entry, string name, IgnorePatterns? excludes = null) => Add(tree, entry, name, "", excludes);

    public void Add(string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        Span<byte> bytes = count <= MostOnStack ? stackalloc byte[sizeof(int) + count] : new byte[sizeof(int) + count];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, count);
        Encoding.UTF8.GetBytes(text, bytes[sizeof(int)..]);
        hash.AppendData(bytes);
    }

    public Digest Finish() => Digest.FromHash(hash.GetHashAndReset());

    public void Dispose() => hash.Dispose();

    private void Add(SourceTree tree, SourceEntry entry, string name, string below, IgnorePatterns? excludes)
    {
        Add($"{name}\n{(int)entry.Kind} {entry.Permissions} {entry.Uid}:{entry.Gid} {entry.Device} {entry.Link}");
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
}
