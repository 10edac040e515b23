using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Credentials: asked for, checked, kept, used and forgotten.</summary>
public sealed class LoginScenarios(World world) : ScenarioSuite(world)
{
    private const string Server = Registry.GuardedAddress;

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Logged_in_one_may_push_and_pull_and_logged_out_no_more(string way) => Play(way, async stage =>
    {
        var image = $"{Server}/{stage.Image("private")}:1";
        (await stage.Run($"tag busybox {image}")).Succeeds();
        (await stage.Run($"push {image}")).Exits(1).SaysLike("no basic auth credentials|unauthorized|denied");
        (await stage.Run($"login -u joe --password-stdin {Server}", input: "wrong\n")).Exits(1).Says("401 Unauthorized");
        Assert.False(File.Exists(Config(stage)));
        (await stage.Run($"login {DockerForm(stage)} -u joe --password-stdin {Server}", input: "secret\n")).Succeeds().Prints("Login Succeeded")
            .Says($"WARNING! Your credentials are stored unencrypted in '{Config(stage)}'.");
        Assert.Equal("am9lOnNlY3JldA==", Read(stage).GetProperty("auths").GetProperty(Server).GetProperty("auth").GetString());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Config(stage)));
        (await stage.Run($"push {image}")).Succeeds();
        (await stage.Run($"rmi {image}")).Succeeds();
        (await stage.Run($"run --rm --network none {image} echo pulled")).Succeeds().Prints("pulled");
        (await stage.Run($"login {Server}")).Succeeds().Prints("Login Succeeded").Says("Authenticating with existing credentials... [Username: joe]");
        (await stage.Run($"logout {Server}")).Succeeds().Prints($"Removing login credentials for {Server}");
        Assert.Empty(Read(stage).GetProperty("auths").EnumerateObject());
        (await stage.Run($"rmi {image}")).Succeeds();
        (await stage.Run($"pull {image}")).Exits(1).SaysLike("no basic auth credentials|unauthorized|denied");
        (await stage.Run($"logout {Server}")).Succeeds().Prints($"Removing login credentials for {Server}");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Asked_at_the_terminal_without_showing_the_password(string way) => Play(way, async stage =>
    {
        await using var session = stage.Terminal($"login {Server}");
        await session.WaitForAsync("Username: ");
        await session.SendAsync("joe\n");
        await session.WaitForAsync("Password: ");
        await session.SendAsync("secret\n");
        await session.WaitForAsync("Login Succeeded");
        var result = await session.ExitAsync();
        result.Succeeds().Lacks("secret");
        (await stage.Run($"login {Server}")).Succeeds().Says("Authenticating with existing credentials... [Username: joe]");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Without_a_store_they_are_encrypted(string way) => Play(way, async stage =>
    {
        Assert.SkipUnless(way.StartsWith("gantry", StringComparison.Ordinal), "Docker's command line keeps them in base64");
        var directory = Path.GetDirectoryName(Config(stage))!;
        (await stage.Run($"login -u joe --password-stdin {Server}", input: "secret\n")).Succeeds().Prints("Login Succeeded");
        foreach (var file in Directory.GetFiles(directory))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.DoesNotContain("secret", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
            Assert.DoesNotContain("am9lOnNlY3JldA", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        }

        var image = $"{Server}/{stage.Image("sealed")}:1";
        (await stage.Run($"tag busybox {image}")).Succeeds();
        (await stage.Run($"push {image}")).Succeeds();
        var key = Path.Combine(directory, "gantry-auths.key");
        var kept = await File.ReadAllBytesAsync(key);
        await File.WriteAllBytesAsync(key, new byte[kept.Length]);
        (await stage.Run($"push {image}")).Exits(1).Says($"cannot be read with the key in {key}: log out from {Server} and in again");
        (await stage.Run($"logout {Server}")).Succeeds();
        (await stage.Run($"push {image}")).Exits(1).SaysLike("no basic auth credentials|unauthorized|denied");
        (await stage.Run($"login -u joe --password-stdin {Server}", input: "secret\n")).Succeeds();
        (await stage.Run($"push {image}")).Succeeds();

        // Docker's form takes the place of the other, and the other way round; config.json can ask for it once and for all.
        (await stage.Run($"login --docker-config -u joe --password-stdin {Server}", input: "secret\n")).Succeeds();
        Assert.Equal("am9lOnNlY3JldA==", Read(stage).GetProperty("auths").GetProperty(Server).GetProperty("auth").GetString());
        Assert.DoesNotContain(Server, await File.ReadAllTextAsync(Path.Combine(directory, "gantry-auths.json")), StringComparison.Ordinal);
        (await stage.Run($"login -u joe --password-stdin {Server}", input: "secret\n")).Succeeds();
        Assert.Empty(Read(stage).GetProperty("auths").EnumerateObject());
        await File.WriteAllTextAsync(Config(stage), """{"plugins":{"gantry":{"plaintextAuths":"true"}}}""");
        (await stage.Run($"login -u joe --password-stdin {Server}", input: "secret\n")).Succeeds();
        Assert.True(Read(stage).GetProperty("auths").TryGetProperty(Server, out _));
        (await Command.RunAsync("docker", ["--config", directory, "-H", stage.Engine.Address, "push", image])).Succeeds();
        (await stage.Run($"rmi {image}")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task What_is_wrong_is_said(string way) => Play(way, async stage =>
    {
        (await stage.Run($"login --password-stdin {Server}", input: "x")).Exits(1).Says("the --password-stdin option requires --username to be set");
        (await stage.Run($"login -u joe -p x --password-stdin {Server}", input: "x")).Exits(1).Says("conflicting options: cannot specify both --password and --password-stdin");
        (await stage.Run($"login {Server}", input: "")).Exits(1).Says("Cannot perform an interactive login from a non TTY device");
        (await stage.Run($"login -u joe -p secret {Server}")).Succeeds().Prints("Login Succeeded").Says("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
        (await stage.Run("login -u joe -p x 127.0.0.1:1")).Exits(1).Says("refused");
        (await stage.Run("login a b")).Exits(1);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task A_credential_store_keeps_them_instead(string way) => Play(way, async stage =>
    {
        var (programs, kept) = (Path.Combine(stage.Directory, "programs"), Path.Combine(stage.Directory, "kept"));
        Directory.CreateDirectory(programs);
        Directory.CreateDirectory(Path.GetDirectoryName(Config(stage))!);
        var program = Path.Combine(programs, "docker-credential-test");
        await File.WriteAllTextAsync(program, $$"""
            #!/bin/sh
            case $1 in
              store) cat >{{kept}} ;;
              get) cat >/dev/null; [ -f {{kept}} ] && cat {{kept}} || { echo "credentials not found in native keychain"; exit 1; } ;;
              erase) cat >/dev/null; rm -f {{kept}} ;;
            esac
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Config(stage), $$"""{"credHelpers":{"{{Server}}":"test"},"HttpHeaders":{"X-Kept":"yes"} }""");
        var path = ("PATH", (string?)$"{programs}:{Environment.GetEnvironmentVariable("PATH")}");
        (await stage.Run($"login -u joe --password-stdin {Server}", input: "secret", environment: path)).Succeeds().Prints("Login Succeeded");
        var stored = JsonDocument.Parse(await File.ReadAllTextAsync(kept)).RootElement;
        Assert.Equal((Server, "joe", "secret"), (stored.GetProperty("ServerURL").GetString(), stored.GetProperty("Username").GetString(), stored.GetProperty("Secret").GetString()));
        Assert.Equal("{}", Read(stage).GetProperty("auths").GetProperty(Server).GetRawText());
        Assert.Equal("yes", Read(stage).GetProperty("HttpHeaders").GetProperty("X-Kept").GetString());
        var image = $"{Server}/{stage.Image("stored")}:1";
        (await stage.Run($"tag busybox {image}")).Succeeds();
        (await stage.Run($"push {image}", environment: path)).Succeeds();
        (await stage.Run($"logout {Server}", environment: path)).Succeeds();
        Assert.False(File.Exists(kept));
        (await stage.Run($"push {image}", environment: path)).Exits(1);
        (await stage.Run($"rmi {image}")).Succeeds();
    });

    /// <summary>The option that makes gantry keep credentials as docker does.</summary>
    private static string DockerForm(Stage stage) => stage.Program == "docker" ? "" : "--docker-config";

    private static string Config(Stage stage) => Path.Combine(stage.Directory, "config", "config.json");

    private static JsonElement Read(Stage stage) => JsonDocument.Parse(File.ReadAllText(Config(stage))).RootElement;
}
