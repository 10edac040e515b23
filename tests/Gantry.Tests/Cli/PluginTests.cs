using Gantry.Cli;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Cli.Plugins;

namespace Gantry.Tests.Cli;

public sealed class PluginTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-plugins-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("""{"SchemaVersion":"0.1.0","Vendor":"V","Version":"1","ShortDescription":"S"}""", null)]
    [InlineData("""{"SchemaVersion":"0.2.0","Vendor":"V"}""", "plugin SchemaVersion \"0.2.0\" is not valid, must be 0.1.0")]
    [InlineData("""{"SchemaVersion":"0.1.0"}""", "plugin metadata does not define a vendor")]
    [InlineData("hello", "is no plug-in")]
    public void A_program_is_asked_what_it_is(string answer, string? complaint)
    {
        var path = Script("some", $"[ \"$1\" = docker-cli-plugin-metadata ] && echo '{answer}'");
        if (complaint is null) Assert.Equal(new Plugin("some", path, "1", "V", "S"), Plugin.Ask("some", path));
        else Assert.Contains(complaint, Assert.Throws<CommandLineException>(() => Plugin.Ask("some", path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_programs_with_names_of_commands_that_are_not_ours_are_found()
    {
        const string good = """echo '{"SchemaVersion":"0.1.0","Vendor":"V"}'""";
        Script("other", good);
        Script("build", good);
        Script("Upper", good);
        File.WriteAllText(Path.Combine(_directory, "cli-plugins", "docker-text"), good);
        var extra = Directory.CreateDirectory(Path.Combine(_directory, "extra")).FullName;
        Script("more", good, "extra");
        File.WriteAllText(Path.Combine(_directory, "config.json"), $$"""{"cliPluginsExtraDirs":["{{extra}}"]}""");
        using var session = new Session("gantry");
        var options = GlobalOptions.Create();
        options.Parse(["--config", _directory], stopAtFirst: true);
        session.Configure(options, []);
        Assert.Superset(new HashSet<string> { "more", "other" }, PluginFinder.List(session).Select(plugin => plugin.Name).ToHashSet());
        Assert.DoesNotContain(PluginFinder.List(session), plugin => plugin.Name is "build" or "Upper" or "text");
        Assert.NotNull(PluginFinder.Find(session, "more"));
        Assert.Null(PluginFinder.Find(session, "../other"));
    }

    private string Script(string name, string body, string directory = "cli-plugins")
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, directory)).FullName, $"docker-{name}");
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
