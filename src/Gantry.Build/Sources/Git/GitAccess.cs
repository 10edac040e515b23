using System.Text;
using Gantry.Build.Solving;
using Gantry.Spec.Build;

namespace Gantry.Build.Sources.Git;

/// <summary>With what a build may reach a repository: its secrets, or its SSH agent. Nothing of the daemon's own user counts.</summary>
internal sealed record GitAccess
{
    private const string Agent = "default";

    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; private init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; private init; } = new Dictionary<string, string>();

    /// <param name="knownHosts">Where the keys of SSH servers are kept that were met before.</param>
    public static async Task<GitAccess> FindAsync(GitAddress address, IBuildSecrets inputs, string knownHosts, CancellationToken cancellationToken)
    {
        // Submodules may be elsewhere, and by another protocol: those that need credentials get them by their host.
        var environment = new Dictionary<string, string> { ["GIT_SSH_VARIANT"] = "ssh", ["GIT_SSH_COMMAND"] = Ssh(knownHosts) };
        if (await inputs.FindAgentAsync(Agent, cancellationToken).ConfigureAwait(false) is { } socket)
        {
            environment["SSH_AUTH_SOCK"] = socket;
        }

        var header = address.Scheme is not ("http" or "https") ? null
            : address.Login is { } login ? Basic(login.Contains(':', StringComparison.Ordinal) ? login : login + ":")
            : await HeaderAsync(address.Host, inputs, cancellationToken).ConfigureAwait(false);
        return new()
        {
            Environment = environment,
            Settings = header is null ? [] : [new($"http.{address.Scheme}://{address.Host}/.extraHeader", "Authorization: " + header)],
        };
    }

    private static async Task<string?> HeaderAsync(string host, IBuildSecrets inputs, CancellationToken cancellationToken)
    {
        foreach (var suffix in (string[])["." + host, ""])
        {
            if (await SecretAsync("GIT_AUTH_HEADER").ConfigureAwait(false) is { } header)
            {
                return header;
            }

            if (await SecretAsync("GIT_AUTH_TOKEN").ConfigureAwait(false) is { } token)
            {
                return Basic("x-access-token:" + token);
            }

            async Task<string?> SecretAsync(string name) =>
                await inputs.FindSecretAsync(name + suffix, cancellationToken).ConfigureAwait(false) is { } secret ? Encoding.UTF8.GetString(secret).Trim() : null;
        }

        return null;
    }

    private static string Basic(string login) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(login));

    /// <summary>A server's key is taken when it is first met, and must stay the same.</summary>
    private static string Ssh(string knownHosts) =>
        "ssh -F /dev/null -o BatchMode=yes -o IdentityFile=none -o StrictHostKeyChecking=accept-new -o ConnectTimeout=30 "
        + $"-o UserKnownHostsFile='{knownHosts.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
