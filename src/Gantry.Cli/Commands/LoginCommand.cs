using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Cli.Terminals;

namespace Gantry.Cli.Commands;

internal static class LoginCommand
{
    public static async ValueTask<int> RunAsync(Invocation call)
    {
        var (user, password) = (call.Text("username"), call.Text("password"));
        if (call.Has("password"))
        {
            if (call.Flag("password-stdin")) throw new CommandLineException("conflicting options: cannot specify both --password and --password-stdin");
            call.Out.ErrorLine("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
        }

        if (call.Flag("password-stdin"))
        {
            if (user.Length == 0) throw new CommandLineException("the --password-stdin option requires --username to be set");
            using var reader = new StreamReader(StandardStream.Input, Encoding.UTF8);
            password = reader.ReadToEnd().TrimEnd('\n').TrimEnd('\r');
            if (password.Length == 0) throw new CommandLineException("password is empty");
        }

        var server = call.Arguments is [var given] ? Credentials.KeyOf(given) : Credentials.HubServer;
        var known = call.Session.Config.Find(server);
        if (known is not null && password.Length == 0 && (user.Length == 0 || user == known.Username) && await TryKnownAsync(call, server, known).ConfigureAwait(false)) return 0;

        if (user.Length == 0 || password.Length == 0)
        {
            if (!Terminal.InputIsTerminal) throw new CommandLineException("Error: Cannot perform an interactive login from a non TTY device");
            user = user.Length > 0 ? user : Prompt.Ask(call.Out, known?.Username is { Length: > 0 } before ? $"Username ({before}): " : "Username: ", known?.Username ?? "");
            if (user.Length == 0) throw new CommandLineException("username is required");
            password = password.Length > 0 ? password : Prompt.AskSecret(call.Out, "Password: ");
            if (password.Length == 0) throw new CommandLineException("password is required");
        }

        await AuthenticateAsync(call, server, new Credentials(user, password, "")).ConfigureAwait(false);
        return 0;
    }

    private static async ValueTask<bool> TryKnownAsync(Invocation call, string server, Credentials known)
    {
        call.Out.ErrorLine($"Authenticating with existing credentials... [Username: {known.Username}]\n\n Info -> To login with a different account, run '{call.Session.Program} logout' followed by '{call.Session.Program} login'\n\n");
        try
        {
            await AuthenticateAsync(call, server, known).ConfigureAwait(false);
            return true;
        }
        catch (Spec.UnauthorizedException e)
        {
            call.Out.ErrorLine($"Login did not succeed, error: {e.Message}");
            return false;
        }
    }

    private static async ValueTask AuthenticateAsync(Invocation call, string server, Credentials credentials)
    {
        var answer = await call.Client.PostAsync("/auth", Credentials.ToAuthConfig(credentials, server)).ConfigureAwait(false);
        // A registry that gives a token for the password saves the password from being kept.
        if (answer.Text("IdentityToken") is { Length: > 0 } token) credentials = credentials with { Password = "", IdentityToken = token };
        var config = call.Session.Config;
        if (config.Put(server, credentials, call.Flag("docker-config") || config.KeepsPlainAuths) && credentials.IdentityToken.Length == 0)
        {
            call.Out.ErrorLine($"\nWARNING! Your credentials are stored unencrypted in '{config.Path}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n");
        }

        call.Out.Line(answer.Text("Status") is { Length: > 0 } status ? status : "Login Succeeded");
    }
}

internal static class LogoutCommand
{
    public static ValueTask<int> RunAsync(Invocation call)
    {
        var server = call.Arguments is [var given] ? Credentials.KeyOf(given) : Credentials.HubServer;
        call.Out.Line($"Removing login credentials for {server}");
        call.Session.Config.Erase(server);
        return new(0);
    }
}
