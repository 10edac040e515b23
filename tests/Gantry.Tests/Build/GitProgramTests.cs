using System.Diagnostics;
using Gantry.Build.Sources.Git;

namespace Gantry.Tests.Build;

public sealed class GitProgramTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-git").FullName;
    private readonly GitProgram _git;

    public GitProgramTests()
    {
        Assert.SkipUnless(Path.Exists("/usr/bin/git") || Path.Exists("/usr/local/bin/git"), "git is not installed");
        var home = Directory.CreateDirectory(Path.Combine(_root, "home")).FullName;
        _git = new(home);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Only_its_own_settings_count()
    {
        await RunAsync("init", "-q", "repository");
        var settings = await RunAsync("config", "--list", "--show-origin");
        Assert.DoesNotContain("file:/", settings, StringComparison.Ordinal);
        Assert.Contains("core.hookspath=/dev/null", settings, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_root, "repository", ".git"), "hooks"));
    }

    [Theory]
    [InlineData("file:///")]
    [InlineData("/")]
    [InlineData("ext::sh -c 'touch made'")]
    public async Task Protocols_that_are_not_named_are_not_used(string remote)
    {
        var failure = await Assert.ThrowsAsync<GitFailedException>(() => _git.RunAsync(new() { Directory = _root, Arguments = ["ls-remote", remote], Protocols = "http:https:git:ssh" }, Now));
        Assert.Contains("not allowed", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_root, "made")));
    }

    [Fact]
    public async Task What_failed_is_said_in_its_words() =>
        Assert.Contains("not a git repository", (await Assert.ThrowsAsync<GitFailedException>(() => RunAsync("log"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Cancelled_it_is_gone_with_all_it_started()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Now);
        var file = Path.Combine(_root, "pid");
        var running = _git.RunAsync(new() { Directory = _root, Arguments = ["wait"], Settings = [new("alias.wait", $"!sh -c 'echo $$ > {file}.new; mv {file}.new {file}; sleep 1000; true'")] }, stop.Token);
        while (!File.Exists(file)) await Task.Delay(10, Now);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(20), Now));
        var id = int.Parse(await File.ReadAllTextAsync(file, Now), System.Globalization.CultureInfo.InvariantCulture);
        var clock = Stopwatch.StartNew();
        while (IsAlive(id) && clock.Elapsed < TimeSpan.FromSeconds(10)) await Task.Delay(10, Now);
        Assert.False(IsAlive(id));
    }

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    /// <summary>One that nobody waited for yet is not (proc_pid_stat(5)).</summary>
    private static bool IsAlive(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Task<string> RunAsync(params string[] words) => _git.RunAsync(new() { Directory = _root, Arguments = words }, Now);
}
