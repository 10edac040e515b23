using System.Text;
using Gantry.Build.Solving;
using Gantry.Build.Sources.Git;
using Gantry.Spec.Build;

namespace Gantry.Tests.Build;

public sealed class GitAccessTests
{
    [Theory]
    [InlineData("https://h:1/r.git", "GIT_AUTH_TOKEN=t", "http.https://h:1/.extraHeader", "Basic eC1hY2Nlc3MtdG9rZW46dA==")]
    [InlineData("https://h/r.git", "GIT_AUTH_HEADER=Bearer x\n", "http.https://h/.extraHeader", "Bearer x")]
    [InlineData("http://h/r.git", "GIT_AUTH_TOKEN=a;GIT_AUTH_HEADER=b;GIT_AUTH_TOKEN.h=t", "http.http://h/.extraHeader", "Basic eC1hY2Nlc3MtdG9rZW46dA==")]
    [InlineData("https://h/r.git", "GIT_AUTH_TOKEN.h=t;GIT_AUTH_HEADER.h=b", "http.https://h/.extraHeader", "b")]
    [InlineData("https://u:p@h/r.git", "GIT_AUTH_TOKEN=t", "http.https://h/.extraHeader", "Basic dTpw")]
    [InlineData("https://token@h/r.git", "", "http.https://h/.extraHeader", "Basic dG9rZW46")]
    [InlineData("https://h/r.git", "GIT_AUTH_TOKEN.other=t", null, null)]
    [InlineData("git://h/r.git", "GIT_AUTH_TOKEN=t", null, null)]
    [InlineData("git@h:r.git", "GIT_AUTH_TOKEN=t", null, null)]
    public async Task A_secret_of_the_build_becomes_a_header_for_its_host(string text, string secrets, string? key, string? header)
    {
        Assert.True(GitAddress.TryParse(text, out var address));
        var access = await GitAccess.FindAsync(address, new Inputs(secrets), "/k", TestContext.Current.CancellationToken);
        Assert.Equal(key is null ? [] : [new KeyValuePair<string, string>(key, "Authorization: " + header)], access.Settings);
    }

    [Fact]
    public async Task The_agent_of_the_build_is_the_only_one_with_keys()
    {
        Assert.True(GitAddress.TryParse("git@h:r.git", out var address));
        var access = await GitAccess.FindAsync(address, new Inputs("", "/agent"), "/it's", TestContext.Current.CancellationToken);
        Assert.Equal("/agent", access.Environment["SSH_AUTH_SOCK"]);
        Assert.Contains("-F /dev/null", access.Environment["GIT_SSH_COMMAND"], StringComparison.Ordinal);
        Assert.Contains("IdentityFile=none", access.Environment["GIT_SSH_COMMAND"], StringComparison.Ordinal);
        Assert.EndsWith(@"UserKnownHostsFile='/it'\''s'", access.Environment["GIT_SSH_COMMAND"], StringComparison.Ordinal);
        Assert.DoesNotContain("SSH_AUTH_SOCK", (await GitAccess.FindAsync(address, new Inputs(""), "/k", TestContext.Current.CancellationToken)).Environment.Keys);
    }

    private sealed class Inputs(string secrets, string? agent = null) : IBuildSecrets
    {

        public Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellationToken) =>
            Task.FromResult(secrets.Split(';').Select(pair => pair.Split('=', 2)).Where(pair => pair[0] == id).Select(pair => Encoding.UTF8.GetBytes(pair[1])).FirstOrDefault());

        public Task<string?> FindAgentAsync(string id, CancellationToken cancellationToken) => Task.FromResult(id == "default" ? agent : null);

    }
}
