using System.Formats.Tar;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Client;

namespace Gantry.Cli.Run;

/// <summary>
/// <c>--use-api-socket</c>: the container speaks to this daemon, with the credentials of whoever starts it, in the places where
/// Docker's programs look for both.
/// </summary>
internal static class ApiSocket
{
    private const string Option = "use-api-socket";
    private const string Socket = "/var/run/docker.sock";
    private const string Directory = "run/secrets/docker";

    /// <summary>The mount of the socket; null where it is not asked for.</summary>
    public static JsonBody? Mount(Invocation call)
    {
        if (!call.Flag(Option)) return null;
        var address = call.Client.Address;
        return address.SocketPath is { } path
            ? new JsonBody { ["Type"] = "bind", ["Source"] = path, ["Target"] = Socket }
            : throw new CommandLineException($"flag --{Option} can only be used with unix sockets: docker endpoint {address.Text} incompatible", 125);
    }

    public static IEnumerable<KeyValuePair<string, string>> Variables(Invocation call) =>
        HasCredentials(call) ? [KeyValuePair.Create("DOCKER_CONFIG", $"/{Directory}")] : [];

    /// <summary>Copies the credentials into the container that was made.</summary>
    public static async ValueTask CopyCredentialsAsync(Invocation call, string container)
    {
        if (!HasCredentials(call)) return;
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            await tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, $"{Directory}/config.json")
            {
                Mode = PrivateFile.OwnerOnly,
                DataStream = new MemoryStream(Config(call.Session.Config)),
            }).ConfigureAwait(false);
        }

        archive.Position = 0;
        await call.Client.ExtractArchiveAsync(container, "/", copyOwner: false, archive).ConfigureAwait(false);
    }

    private static bool HasCredentials(Invocation call) => call.Flag(Option) && call.Session.Config.All().Any();

    private static byte[] Config(ConfigFile config)
    {
        var auths = new JsonObject();
        foreach (var (server, credentials) in config.All())
        {
            var entry = new JsonObject { ["auth"] = credentials.ToEntry() };
            if (credentials.IdentityToken.Length > 0) entry["identitytoken"] = credentials.IdentityToken;
            auths[server] = entry;
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, ConfigFile.Indented)) new JsonObject { ["auths"] = auths }.WriteTo(writer);
        return buffer.ToArray();
    }
}
