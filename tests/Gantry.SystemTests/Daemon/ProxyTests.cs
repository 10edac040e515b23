using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Daemon;

/// <summary>Daemons that only an HTTP proxy reaches, whose names mean nothing here.</summary>
public sealed class ProxyTests
{
    private const string Proxy = """
        import socket, sys, threading
        server, daemon = socket.create_server(("127.0.0.1", 3128)), ("127.0.0.1", int(sys.argv[1]))
        def pump(a, b):
            try:
                while data := a.recv(65536): b.sendall(data)
                b.shutdown(socket.SHUT_WR)
            except OSError: pass
        def serve(client):
            head = b""
            while not head.endswith(b"\r\n\r\n") and (byte := client.recv(1)): head += byte
            lines = head.decode().split("\r\n")
            print(lines[0], *[l for l in lines if l.startswith("Proxy-")], file=log, flush=True)
            there = socket.create_connection(daemon)
            if lines[0].startswith("CONNECT forbidden"): client.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n"); client.close(); return
            if lines[0].startswith("CONNECT"): client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            else: there.sendall(head)
            threading.Thread(target=pump, args=(there, client), daemon=True).start()
            pump(client, there)
        log = open(sys.argv[2], "a")
        while True: threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
        """;

    [Fact]
    public async Task Without_TLS_the_proxy_takes_the_requests()
    {
        await using var stage = await DaemonStage.CreateAsync(_ => "{}", "--insecure-tcp", "--host", "tcp://127.0.0.1:2375");
        using var proxy = Begin(stage, 2375);
        foreach (var program in (string[])["docker", Programs.Gantry])
        {
            (await Run(stage, "tcp://daemon.test:2375", "HTTP_PROXY=http://me:p%40ss@127.0.0.1:3128", $"{program} version --format '{{{{.Server.Platform.Name}}}}'")).Prints("Gantry");
            (await Run(stage, "tcp://daemon.test:2375", "HTTP_PROXY=http://127.0.0.1:3128", $"sh -c '{program} create --name made busybox && {program} rm made'")).Succeeds();
            var log = Taken(stage);
            Assert.Matches(@" http://daemon\.test:2375/\S* HTTP/1\.1 Proxy-Authorization: Basic bWU6cEBzcw==\n", log);
            Assert.Matches(@" http://daemon\.test:2375/\S* HTTP/1\.1\n", log);
            (await Run(stage, "tcp://127.0.0.1:2375", "HTTP_PROXY=http://127.0.0.1:3128", $"{program} version")).Succeeds();
            (await Run(stage, "tcp://daemon.test:2375", "HTTP_PROXY=http://127.0.0.1:3128 NO_PROXY=daemon.test", $"{program} version")).Fails();
            Assert.Equal("", Taken(stage));
            (await Run(stage, "tcp://daemon.test:2375", "HTTP_PROXY=http://127.0.0.1:3129", $"{program} version")).Fails().SaysLike(program == "docker" ? "Cannot connect to the Docker daemon" : "the proxy http://127.0.0.1:3129 does not answer");
        }
    }

    [Fact]
    public async Task With_TLS_the_proxy_makes_a_tunnel_for_streams_too()
    {
        await using var stage = await DaemonStage.CreateAsync(root =>
        {
            var server = Path.Combine(Certificates.Make(root), "server");
            return $$"""{"tlsverify":true,"tlscacert":"{{server}}/ca.pem","tlscert":"{{server}}/cert.pem","tlskey":"{{server}}/key.pem"}""";
        }, "--host", "tcp://127.0.0.1");
        using var proxy = Begin(stage, 2376);
        var options = $"--tls --tlscacert {stage.Sandbox.Root}/client/ca.pem --tlscert {stage.Sandbox.Root}/client/cert.pem --tlskey {stage.Sandbox.Root}/client/key.pem";
        (await Run(stage, "tcp://daemon.test:2376", "HTTPS_PROXY=http://127.0.0.1:3128", $"docker {options} version --format '{{{{.Server.Platform.Name}}}}'")).Prints("Gantry");
        Assert.Contains("CONNECT daemon.test:2376 HTTP/1.1\n", Taken(stage), StringComparison.Ordinal);
        (await Run(stage, "tcp://daemon.test:2376", "HTTPS_PROXY=http://127.0.0.1:3128", $"sh -c 'echo hello | {Programs.Gantry} {options} run --rm -i busybox cat'")).Prints("hello");
        Assert.Contains("CONNECT daemon.test:2376 HTTP/1.1\n", Taken(stage), StringComparison.Ordinal);
        (await Run(stage, "tcp://forbidden.test:2376", "HTTPS_PROXY=http://127.0.0.1:3128", $"{Programs.Gantry} {options} version")).Fails()
            .SaysLike("the proxy http://127.0.0.1:3128 does not connect to forbidden.test:2376: HTTP/1.1 403 Forbidden");
    }

    private static System.Diagnostics.Process Begin(DaemonStage stage, int daemon)
    {
        var proxy = stage.Sandbox.Start(["python3", "-c", Proxy, $"{daemon}", Log(stage)]);
        for (var attempt = 0; !File.Exists(Log(stage)) && attempt < 100; attempt++) Thread.Sleep(50);
        return proxy;
    }

    private static Task<CommandResult> Run(DaemonStage stage, string address, string environment, string command) =>
        stage.Sandbox.RunAsync("sh", "-c", $"env -u DOCKER_CONTEXT DOCKER_HOST={address} DOCKER_CONFIG={stage.Engine.Home} {environment} {command}");

    private static string Taken(DaemonStage stage)
    {
        var taken = File.ReadAllText(Log(stage));
        File.WriteAllText(Log(stage), "");
        return taken;
    }

    private static string Log(DaemonStage stage) => Path.Combine(stage.Sandbox.Root, "proxy.log");
}
