using System.Diagnostics;

namespace Gantry.SystemTests.Infrastructure;

/// <summary>Debian's docker-registry on the sandbox's loopback, filled by skopeo with what scripts/test-images.sh made.</summary>
public sealed class Registry : IAsyncDisposable
{
    public const string Address = "127.0.0.1:5000";
    private readonly Sandbox _sandbox;
    private Process? _process;

    public Registry(Sandbox sandbox)
    {
        _sandbox = sandbox;
        Storage = Path.Combine(sandbox.Root, "registry");
    }

    /// <summary>Its blobs: <c>docker/registry/v2/blobs/sha256/ab/ab…/data</c>.</summary>
    public string Storage { get; }

    public async Task StartAsync()
    {
        Directory.CreateDirectory(Storage);
        var configuration = Path.Combine(_sandbox.Root, "registry.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage:
              filesystem: { rootdirectory: {{Storage}} }
              delete: { enabled: true }
            http: { addr: "{{Address}}" }
            """);
        _process = _sandbox.Start([Programs.Find("docker-registry") ?? "docker-registry", "serve", configuration]);
        _ = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
        var clock = Stopwatch.StartNew();
        while ((await _sandbox.RunAsync("bash", "-c", $"exec 3<>/dev/tcp/{Address.Replace(':', '/')}")).ExitCode != 0)
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
