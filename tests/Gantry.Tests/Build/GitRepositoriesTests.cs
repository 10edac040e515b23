using Gantry.Build.Sources;
using Gantry.Build.Sources.Git;

namespace Gantry.Tests.Build;

public sealed class GitRepositoriesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-repositories").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void What_is_kept_is_listed_and_removed_and_what_was_not_finished_is_gone()
    {
        var (one, two, broken) = (Kept("one"), Kept("two"), Kept("broken"));
        new SourceRecord("one", "https://h/one.git", 0, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(2), 3).Write(one);
        new SourceRecord("two", "https://h/two.git", 0, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1), 0).Write(two);
        File.WriteAllLines(Path.Combine(broken, "record"), ["https://h/broken.git", "x", "y", "z"]);
        var left = Directory.CreateDirectory(Path.Combine(_root, "git", "checkouts", "left")).FullName;
        var repositories = new GitRepositories(_root, TimeProvider.System);
        Assert.False(Path.Exists(broken) || Path.Exists(left));
        Assert.Equal([("two", "https://h/two.git", 0L), ("one", "https://h/one.git", 3L)], repositories.List().Select(record => (record.Id, record.Address, record.Uses)));
        Assert.All(repositories.List(), record => Assert.True(record.Size > 4096));
        Assert.True(repositories.Remove("two") > 4096);
        Assert.Equal(0, repositories.Remove("two"));
        Assert.Equal("one", Assert.Single(repositories.List()).Id);
    }

    private string Kept(string id)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_root, "git", "repositories", id)).FullName;
        File.WriteAllText(Path.Combine(directory, "content"), new string('x', 5000));
        return directory;
    }
}
