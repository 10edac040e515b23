using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.SystemTests.Images;

/// <summary>Writes what <c>docker save</c> of old wrote: a configuration, and layers as plain tars.</summary>
internal static class DockerArchive
{
    /// <param name="layers">Paths of tar files, lowest first.</param>
    public static async Task WriteAsync(string archive, string name, params IReadOnlyList<string> layers)
    {
        List<string> diffIds = [];
        foreach (var layer in layers)
        {
            await using var content = File.OpenRead(layer);
            diffIds.Add(Convert.ToHexStringLower(await SHA256.HashDataAsync(content)));
        }

        var architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";
        var config = $$"""{"architecture":"{{architecture}}","os":"linux","config":{"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":[{{string.Join(',', diffIds.Select(d => $"\"sha256:{d}\""))}}] } }""";
        var manifest = $$"""[{"Config":"config.json","RepoTags":["{{name}}"],"Layers":[{{string.Join(',', diffIds.Select(d => $"\"{d}/layer.tar\""))}}]}]""";
        await using var writer = new TarWriter(File.Create(archive), TarEntryFormat.Ustar);
        for (var i = 0; i < layers.Count; i++)
        {
            await writer.WriteEntryAsync(layers[i], $"{diffIds[i]}/layer.tar");
        }

        foreach (var (file, text) in (IEnumerable<(string, string)>)[("config.json", config), ("manifest.json", manifest)])
        {
            await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, file) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }
    }
}
