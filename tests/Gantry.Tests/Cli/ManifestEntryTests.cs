using System.Text;
using Gantry.Cli.Manifests;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Tests.Cli;

public sealed class ManifestEntryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-manifests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_list_has_the_digest_that_Docker_s_command_line_gives_it() =>
        Assert.Equal("sha256:9e55bc53c9c64a8a3a86a7423a2e70f9554cf3662be7116c59c193cee38e4e8c", Digest.Sha256(ManifestEntry.ToList(
        [
            Manifest("sha256:6e2a4632a1a9253fab7772c2b3f237028594b975c3534d2d784c7a4bbad28d7d", new() { Os = "linux", Architecture = "amd64" }),
            Manifest("sha256:ac17f9b9992867a6aa2530c43d7a169e8094120b0d90c5d437a8a13727281fb9", new() { Os = "linux", Architecture = "arm64", OsVersion = "1", OsFeatures = ["a", "b"], Variant = "v8" }),
            Manifest("sha256:1dd35d83db67ad3869258529a153c18cf297f539f6651a1878f46a6ee617d752", new() { Os = "linux", Architecture = "s390x" }),
        ])).ToString());

    [Fact]
    public void The_first_manifest_says_what_the_list_is()
    {
        var oci = Manifest("sha256:" + new string('0', 64), new() { Os = "linux", Architecture = "amd64" });
        Assert.Equal(MediaTypes.OciIndex, ManifestEntry.ListType([oci]));
        Assert.Equal(MediaTypes.DockerManifestList, ManifestEntry.ListType([oci with { MediaType = MediaTypes.DockerManifest }, oci]));
    }

    [Fact]
    public void What_is_kept_is_found_again_under_Docker_s_file_names_and_what_is_changed_is_refused()
    {
        var raw = Encoding.UTF8.GetBytes("""{"schemaVersion":2}""");
        var descriptor = new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Sha256(raw), Size = raw.Length, Platform = new() { Os = "linux", Architecture = "arm" } };
        var (list, name) = (ImageReference.Parse("host:5000/list:1"), ImageReference.Parse("host:5000/a/b:arm"));
        var store = new ManifestStore(_directory);
        Assert.Null(store.Find(list));
        store.Save(list, new ManifestEntry(name, descriptor, raw));
        var file = Path.Combine(_directory, "manifests", "host-5000_list-1", "host-5000_a_b-arm");
        Assert.True(File.Exists(file));
        Assert.Equal(descriptor, store.Find(list, name)!.Descriptor);
        Assert.Equal(raw, Assert.Single(store.Find(list)!).Raw);
        File.WriteAllText(file, File.ReadAllText(file).Replace(Convert.ToBase64String(raw), Convert.ToBase64String("other"u8), StringComparison.Ordinal));
        Assert.Contains("does not hold the bytes it names", Assert.Throws<InvalidDataException>(() => store.Find(list, name)).Message, StringComparison.Ordinal);
        Assert.True(store.Remove(list));
        Assert.False(store.Remove(list));
    }

    private static Descriptor Manifest(string digest, Platform platform) => new() { MediaType = MediaTypes.OciManifest, Digest = Digest.Parse(digest), Size = 480, Platform = platform };
}
