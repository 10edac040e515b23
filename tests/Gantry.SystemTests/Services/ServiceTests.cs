using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Services;

/// <summary>What people run: Debian's nginx, PostgreSQL and Redis, with each command line and on Docker's engine too.</summary>
public sealed class ServiceTests
{
    /// <summary>The name is looked up with each request: that finds the container that has it now.</summary>
    private const string Proxy = """
        daemon off;
        events {}
        http {
          access_log /dev/stdout;
          server {
            listen 80;
            resolver 127.0.0.11 valid=1s ipv6=off;
            set $backend web;
            location / { proxy_pass http://$backend:8000$request_uri; }
          }
        }
        """;

    private const string Postgres =
        "exec /usr/lib/postgresql/*/bin/postgres -D /var/lib/postgresql/*/main -c config_file=$(echo /etc/postgresql/*/main/postgresql.conf)";

    [Theory]
    [InlineData("gantry", "gantryd")]
    [InlineData("docker", "gantryd")]
    [InlineData("docker", "dockerd")]
    public async Task Services_find_each_other_and_keep_their_data(string program, string engine)
    {
        await using var stage = await ServiceStage.CreateAsync(program, engine);
        try
        {
            await ProxyAsync(stage);
            await DatabaseAsync(stage);
            if (engine == "gantryd") await CacheAsync(stage);
        }
        catch (Exception e) when (e is CommandException or Xunit.Sdk.XunitException)
        {
            throw new CommandException($"{e.Message}\n--- {engine}'s log:\n{stage.Engine.Log(40)}");
        }
        finally
        {
            if (await stage.Run("ps", "-aq") is { Text.Length: > 0 } left) await stage.Run(["rm", "-fv", .. left.Lines]);
        }
    }

    private static async Task ProxyAsync(ServiceStage stage)
    {
        string[] backend = ["run", "-d", "--name", "web", "--network", "front", "busybox", "httpd", "-f", "-p", "8000", "-h", "/etc"];
        var configuration = Path.Combine(stage.Engine.Home, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Proxy, TestContext.Current.CancellationToken);
        await stage.Run("network", "create", "front");
        var web = (await stage.Run(backend)).Text;
        await stage.Run("run", "-d", "--name", "proxy", "--network", "front", "-p", "8080:80", "-v", $"{configuration}:/etc/nginx/nginx.conf:ro", "services", "nginx");
        foreach (var address in (string[])["127.0.0.1", "[::1]", NetworkWorld.HostAddress])
        {
            await stage.Fetch(web[..12], $"http://{address}:8080/hostname");
        }

        await stage.Run("rm", "-f", "web");
        await stage.Run("run", "-d", "--name", "other", "--network", "front", "busybox", "sleep", "1000");
        web = (await stage.Run(backend)).Text;
        await stage.Fetch(web[..12], "http://127.0.0.1:8080/hostname");
        (await stage.Run("logs", "proxy")).Contains("\"GET /hostname HTTP/1.1\" 200");
    }

    /// <summary>The volume begins with the image's empty cluster, owned by its user.</summary>
    private static async Task DatabaseAsync(ServiceStage stage)
    {
        string[] database = ["run", "-d", "--name", "db", "--network", "front", "-v", "rows:/var/lib/postgresql", "--user", "postgres", "services", "sh", "-c", Postgres];
        await stage.Run(database);
        await stage.Until("1", "exec", "db", "psql", "-tAc", "select 1");
        await stage.Run("exec", "db", "psql", "-c", "create table t as select generate_series(1, 10000) as n");
        await stage.Run("stop", "db");
        await stage.Run("rm", "db");
        await stage.Run(database);
        await stage.Until("50005000", "exec", "db", "psql", "-tAc", "select sum(n) from t");
        await stage.Run("rm", "-f", "db");
        await stage.Run("volume", "rm", "rows");
    }

    /// <summary>It runs on while the daemon is away, is served, and comes back by its policy when it dies afterwards.</summary>
    private static async Task CacheAsync(ServiceStage stage)
    {
        await stage.Run("run", "-d", "--name", "cache", "--restart", "unless-stopped", "--network", "front", "-p", "6379:6379", "-v", "keys:/data", "services",
            "redis-server", "--dir", "/data", "--appendonly", "yes", "--protected-mode", "no");
        await stage.Until("OK", "exec", "cache", "redis-cli", "set", "answer", "42");
        await stage.Engine.KillAsync();
        // Redis's inline protocol, on the published port.
        (await stage.Engine.Sandbox.RunAsync("sh", "-c", "printf 'GET answer\\r\\nQUIT\\r\\n' | busybox nc -w 5 127.0.0.1 6379")).Contains("42");
        await stage.Engine.StartAsync();
        await stage.Until("42", "exec", "cache", "redis-cli", "get", "answer");
        var pid = (await stage.Run("inspect", "-f", "{{.State.Pid}}", "cache")).Text;
        (await stage.Engine.Sandbox.RunAsync("kill", "-KILL", pid)).Succeeds();
        await stage.Until("42", "exec", "cache", "redis-cli", "get", "answer");
        (await stage.Run("inspect", "-f", "{{.RestartCount}}", "cache")).Prints("1");
        await stage.Run("stop", "cache");
        await stage.Engine.KillAsync();
        await stage.Engine.StartAsync();
        (await stage.Run("inspect", "-f", "{{.State.Status}}", "cache")).Prints("exited");
    }
}
