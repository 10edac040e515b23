using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;

namespace Gantry.Tests.Cli;

public sealed class CredentialsTests : IDisposable
{
    private static readonly Credentials Joe = new("joe", "secret", "");
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-config-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Sealed_they_are_found_again_and_in_no_file_to_be_read()
    {
        Config.Put("r.example:5000", Joe, plain: false);
        Config.Put("docker.io", new("", "", "token"), plain: false);
        Assert.Equal(Joe, Config.Find("r.example:5000"));
        Assert.Equal(Joe, Config.Find("https://r.example:5000/v2/"));
        Assert.Equal("token", Config.Find("index.docker.io")!.IdentityToken);
        foreach (var file in Directory.GetFiles(_directory))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.DoesNotContain("secret", File.ReadAllText(file), StringComparison.Ordinal);
            Assert.DoesNotContain(Joe.ToEntry(), File.ReadAllText(file), StringComparison.Ordinal);
        }

        Config.Erase("r.example:5000");
        Assert.Null(Config.Find("r.example:5000"));
    }

    [Fact]
    public void An_entry_that_is_another_s_or_changed_or_of_another_key_is_refused()
    {
        Config.Put("a.example", Joe, plain: false);
        var path = Path.Combine(_directory, "gantry-auths.json");
        var good = File.ReadAllText(path);
        File.WriteAllText(path, good.Replace("a.example", "b.example", StringComparison.Ordinal));
        Assert.StartsWith("the credentials for b.example in", Assert.Throws<CommandLineException>(() => Config.Find("b.example")).Message, StringComparison.Ordinal);
        File.WriteAllText(path, """{"auths":{"a.example":"AAAA"}}""");
        Assert.Throws<CommandLineException>(() => Config.Find("a.example"));
        File.WriteAllText(path, good);
        File.Delete(Path.Combine(_directory, "gantry-auths.key"));
        Assert.Throws<CommandLineException>(() => Config.Find("a.example"));
        Config.Erase("a.example");
        Assert.Null(Config.Find("a.example"));
    }

    [Fact]
    public void Docker_s_form_is_read_written_where_it_is_asked_for_and_replaced_by_the_other()
    {
        File.WriteAllText(Path.Combine(_directory, "config.json"), """{"auths":{"https://r.example/v1/":{"auth":"am9lOnNlY3JldA=="}},"HttpHeaders":{"X":"y"}}""");
        Assert.Equal(Joe, Config.Find("r.example"));
        Config.Put("r.example", new("joe", "new", ""), plain: false);
        Assert.Equal("new", Config.Find("r.example")!.Password);
        Assert.DoesNotContain("am9lOnNlY3JldA==", File.ReadAllText(Config.Path), StringComparison.Ordinal);
        Assert.Contains("HttpHeaders", File.ReadAllText(Config.Path), StringComparison.Ordinal);
        Assert.True(Config.Put("r.example", Joe, plain: true));
        Assert.False(Config.Put("r.example", Joe, plain: true));
        Assert.Contains("am9lOnNlY3JldA==", File.ReadAllText(Config.Path), StringComparison.Ordinal);
        Assert.DoesNotContain("r.example", File.ReadAllText(Path.Combine(_directory, "gantry-auths.json")), StringComparison.Ordinal);
        Assert.False(Config.KeepsPlainAuths);
        File.WriteAllText(Config.Path, """{"plugins":{"gantry":{"plaintextAuths":"true"}}}""");
        Assert.True(Config.KeepsPlainAuths);
    }

    /// <summary>As the next command reads it.</summary>
    private ConfigFile Config => ConfigFile.Read(_directory);
}
