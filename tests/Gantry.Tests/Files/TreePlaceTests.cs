using System.Globalization;
using Gantry.Linux.Files;

namespace Gantry.Tests.Files;

public sealed class TreePlaceTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gantry-places-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void A_tree_goes_with_all_in_it_and_new_ones_are_made_beside()
    {
        var count = 0;
        string Make() => TreePlace.Make(directory, () => (count++).ToString(CultureInfo.InvariantCulture));
        for (var turn = 0; turn < 5; turn++)
        {
            var place = Path.Combine(directory, Make());
            for (var i = 0; i < 100; i++)
            {
                Directory.CreateDirectory(Path.Combine(place, $"d{i}", "e"));
                File.WriteAllText(Path.Combine(place, $"d{i}", "f"), "");
            }

            TreePlace.Remove(place);
            Assert.Empty(Directory.EnumerateFileSystemEntries(directory));
        }

        // Nothing stays of the places that were tried and not taken.
        var last = Make();
        Assert.Equal([Path.Combine(directory, last)], Directory.EnumerateFileSystemEntries(directory));
        TreePlace.Remove(Path.Combine(directory, last));
        TreePlace.Remove(Path.Combine(directory, last));
    }

    [Fact]
    public void Near_a_tree_that_was_removed_others_are_tried()
    {
        // Here ext4 puts one directory beside the other; another file system may do what it wants.
        Assert.SkipUnless(new DriveInfo(directory).DriveFormat.StartsWith("ext", StringComparison.Ordinal), "the temporary directory is not on ext4");
        var tried = 0;
        string Make() => TreePlace.Make(directory, () => $"place{tried++}");
        var place = Path.Combine(directory, Make());
        tried = 0;
        for (var i = 0; i < 100; i++)
        {
            File.WriteAllText(Path.Combine(place, $"f{i}"), "");
        }

        TreePlace.Remove(place);
        Make();
        Assert.InRange(tried, 2, 16);
    }
}
