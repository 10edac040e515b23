using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.Bench;

/// <summary>A docker archive of 10 layers with 2,500 files of 10 kB each, half of whose bytes compress.</summary>
internal static class BigImage
{
    public const string Name = "big:latest";
    private const int Layers = 10;
    private const int FilesPerLayer = 2500;
    private const int FileSize = 10_000;

    public static async Task<string> CreateAsync(string directory)
    {
        var archive = Path.Combine(directory, "big.tar");
        if (File.Exists(archive)) return archive;
        Directory.CreateDirectory(directory);
        List<(string Path, string Digest)> layers = [];
        for (var layer = 0; layer < Layers; layer++) layers.Add(await LayerAsync(directory, layer));

        var config = $$"""{"architecture":"{{Architecture}}","os":"linux","created":"2026-11-23T00:00:00Z","config":{"Cmd":["true"]},"rootfs":{"type":"layers","diff_ids":[{{string.Join(',', layers.Select(l => $"\"sha256:{l.Digest}\""))}}]},"history":[{{string.Join(',', layers.Select(_ => "{\"created\":\"2026-11-23T00:00:00Z\",\"created_by\":\"bench\"}"))}}]}""";
        var configName = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config))) + ".json";
        var manifest = $$"""[{"Config":"{{configName}}","RepoTags":["{{Name}}"],"Layers":[{{string.Join(',', layers.Select(l => $"\"{l.Digest}/layer.tar\""))}}]}]""";
        await using var writer = new TarWriter(File.Create(archive), TarEntryFormat.Ustar);
        foreach (var layer in layers)
        {
            await writer.WriteEntryAsync(layer.Path, $"{layer.Digest}/layer.tar");
            File.Delete(layer.Path);
        }

        await WriteAsync(writer, configName, Encoding.UTF8.GetBytes(config));
        await WriteAsync(writer, "manifest.json", Encoding.UTF8.GetBytes(manifest));
        return archive;
    }

    private static string Architecture =>
        System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    private static async Task<(string Path, string Digest)> LayerAsync(string directory, int layer)
    {
        var path = Path.Combine(directory, $"layer{layer}.tar");
        var random = new Random(layer);
        var content = new byte[FileSize];
        await using (var writer = new TarWriter(File.Create(path), TarEntryFormat.Ustar))
        {
            for (var file = 0; file < FilesPerLayer; file++)
            {
                random.NextBytes(content.AsSpan(0, FileSize / 2));
                await WriteAsync(writer, $"layer{layer}/directory{file / 50}/file{file}", content);
            }
        }

        await using var stream = File.OpenRead(path);
        return (path, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream)));
    }

    private static async Task WriteAsync(TarWriter writer, string name, byte[] content) =>
        await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content), ModificationTime = DateTimeOffset.UnixEpoch });
}
