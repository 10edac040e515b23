using System.Diagnostics;
using System.Globalization;
using Gantry.Images.Trees;
using Gantry.Linux.Files;

namespace Gantry.Tests.Files;

public sealed class DiskSpaceTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("gantry-space-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void It_counts_what_du_counts()
    {
        for (var i = 0; i < 50; i++)
        {
            File.WriteAllBytes(Directory.CreateDirectory(Path.Combine(root, $"d{i % 5}")).FullName + $"/f{i}", new byte[i * 1000]);
        }

        using (var sparse = File.OpenHandle(Path.Combine(root, "sparse"), FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.Write(sparse, [1], 100 << 20);
        }

        using (var directory = RootedDirectory.Open(root))
        {
            directory.Link("d4/f49", "again");
            directory.Symlink("/nowhere", "link");
        }

        var space = DiskSpace.Of(root);
        Assert.Equal(Du(root), space);
        Assert.InRange(space, 1_000_000, 3_000_000);
        // Who writes its archive knows it too.
        using (var directory = RootedDirectory.Open(root))
        {
            var archive = new TreeArchive(Stream.Null, TestContext.Current.CancellationToken);
            archive.AddDirectory(directory, []);
            Assert.Equal(DiskSpace.Measure(root), archive.Usage);
        }

        Assert.Equal(Du(Path.Combine(root, "d4/f49")), DiskSpace.Of(Path.Combine(root, "d4/f49")));
    }

    [Fact]
    public void What_is_not_there_takes_nothing() => Assert.Equal(0, DiskSpace.Of(Path.Combine(root, "missing", "too")));

    private static long Du(string path)
    {
        using var du = Process.Start(new ProcessStartInfo("du", ["-s", "--block-size=1", path]) { RedirectStandardOutput = true })!;
        return long.Parse(du.StandardOutput.ReadToEnd().Split('\t')[0], CultureInfo.InvariantCulture);
    }
}
