using System.Diagnostics;

namespace Gantry.SystemTests.Infrastructure;

/// <summary>
/// Debian's docker-registry on the sandbox's loopback, filled by skopeo with what scripts/test-images.sh made; or one that
/// only joe with the password "secret" may use.
/// </summary>
public sealed class Registry : IAsyncDisposable
{
    public const string Address = "127.0.0.1:5000";
    public const string GuardedAddress = "127.0.0.1:5001";
    private const string Users = "joe:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n"; // bcrypt
    private readonly bool _guarded;
    private readonly Sandbox _sandbox;
    private Process? _process;

    public Registry(Sandbox sandbox, bool guarded = false)
    {
        (_sandbox, _guarded) = (sandbox, guarded);
        Storage = Path.Combine(sandbox.Root, guarded ? "registry-guarded" : "registry");
    }

    /// <summary>Its blobs: <c>docker/registry/v2/blobs/sha256/ab/ab…/data</c>.</summary>
    public string Storage { get; }

    public async Task StartAsync()
    {
        Directory.CreateDirectory(Storage);
        var (configuration, users, address) = (Storage + ".yml", Storage + ".users", _guarded ? GuardedAddress : Address);
        await File.WriteAllTextAsync(users, Users);
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage:
              filesystem: { rootdirectory: {{Storage}} }
              delete: { enabled: true }
            http: { addr: "{{address}}" }
            {{(_guarded ? $"auth: {{ htpasswd: {{ realm: test, path: {users} }} }}" : "")}}
            """);
        _process = _sandbox.Start([Programs.Find("docker-registry") ?? "docker-registry", "serve", configuration]);
        _ = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
        var clock = Stopwatch.StartNew();
        while ((await _sandbox.RunAsync("bash", "-c", $"exec 3<>/dev/tcp/{address.Replace(':', '/')}")).ExitCode != 0)
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(20)) throw new CommandException("the registry does not answer");
            await Task.Delay(50);
        }
    }

    /// <summary>Puts an image of the cache there: as an OCI image, or in Docker's older schema 2.</summary>
    public async Task FillAsync(string archive, string name, bool oci)
    {
        var source = oci ? "oci-archive:" : "docker-archive:";
        (await _sandbox.RunAsync("skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false", "--quiet",
            source + Path.Combine(Programs.Cache, archive), $"docker://{Address}/{name}")).Succeeds();
    }

    /// <summary>Forgets all it has, and what it remembers of that.</summary>
    public async Task EmptyAsync()
    {
        await StopAsync();
        Directory.Delete(Storage, recursive: true);
        await StartAsync();
    }

    public async Task StopAsync()
    {
        if (_process is null || _process.HasExited) return;
        await Command.RunAsync("kill", ["-KILL", $"{Sandbox.ChildOf(_process.Id)}"]);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
    }
}
