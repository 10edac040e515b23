using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Client;

namespace Gantry.Cli.Hosts;

/// <summary>
/// A program <c>docker-credential-NAME</c> that keeps secrets for its users: an action as its argument, the question on its
/// input, the answer as JSON on its output (docker-credential-helpers, "Development").
/// </summary>
internal sealed class CredentialStore(string name)
{
    // Stands for the name where the secret is an identity token.
    private const string TokenName = "<token>";
    private const string NotFound = "credentials not found";

    private string Program => "docker-credential-" + name;

    /// <returns>Null where the store has none.</returns>
    public Credentials? Get(string server)
    {
        var (code, output) = Run("get", server);
        if (code != 0)
        {
            return output.Contains(NotFound, StringComparison.Ordinal) ? null : throw Failed("get", output);
        }

        using var answer = JsonDocument.Parse(output);
        var (user, secret) = (answer.RootElement.Text("Username"), answer.RootElement.Text("Secret"));
        return user == TokenName ? new("", "", secret) : new(user, secret, "");
    }

    /// <summary>The servers it has credentials for.</summary>
    public IReadOnlyList<string> List()
    {
        var (code, output) = Run("list", "");
        if (code != 0) throw Failed("list", output);
        using var answer = JsonDocument.Parse(output);
        return [.. answer.RootElement.EnumerateObject().Select(entry => entry.Name)];
    }

    public void Put(string server, Credentials credentials)
    {
        var token = credentials.IdentityToken.Length > 0;
        var body = new JsonBody
        {
            ["ServerURL"] = server,
            ["Username"] = token ? TokenName : credentials.Username,
            ["Secret"] = token ? credentials.IdentityToken : credentials.Password,
        };
        var (code, output) = Run("store", Encoding.UTF8.GetString(body.ToUtf8().Span));
        if (code != 0) throw Failed("store", output);
    }

    public void Erase(string server)
    {
        var (code, output) = Run("erase", server);
        if (code != 0 && !output.Contains(NotFound, StringComparison.Ordinal)) throw Failed("erase", output);
    }

    private CommandLineException Failed(string action, string output) => new($"{Program} cannot {action} credentials: {output.Trim()}");

    private (int Code, string Output) Run(string action, string input)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Program) { ArgumentList = { action }, RedirectStandardInput = true, RedirectStandardOutput = true })!;
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output);
        }
        catch (Win32Exception e)
        {
            throw new CommandLineException($"error getting credentials - cannot run {Program}, which config.json names: {e.Message}");
        }
    }
}
