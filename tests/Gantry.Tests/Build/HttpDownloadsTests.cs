using System.Net;
using System.Text;
using Gantry.Build.Sources;

namespace Gantry.Tests.Build;

public sealed class HttpDownloadsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-downloads").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task What_is_kept_is_listed_and_removed_and_what_was_not_finished_is_gone()
    {
        var left = Directory.CreateDirectory(Path.Combine(_root, "downloads", "left")).FullName;
        var former = Path.Combine(_root, "downloads", new string('a', 64));
        await File.WriteAllTextAsync(former, "x", TestContext.Current.CancellationToken);
        using var server = new HttpListener();
        var url = Serve(server);
        using var downloads = new HttpDownloads(_root, TimeProvider.System);
        Assert.False(Path.Exists(left) || Path.Exists(former));
        for (var use = 0; use < 2; use++)
        {
            await using var file = await downloads.OpenAsync(new Uri(url), TestContext.Current.CancellationToken);
            Assert.Equal(5000, file.Length);
        }

        var record = Assert.Single(downloads.List());
        Assert.Equal((url, 1L), (record.Address, record.Uses));
        Assert.True(record.Size > 4096);
        Assert.True(downloads.Remove(record.Id) > 4096);
        Assert.Equal(0, downloads.Remove(record.Id));
        Assert.Empty(downloads.List());
    }

    private static string Serve(HttpListener server)
    {
        using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            server.Prefixes.Add($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        server.Start();
        _ = Task.Run(async () =>
        {
            while (server.IsListening)
            {
                var call = await server.GetContextAsync();
                call.Response.Headers["ETag"] = "\"one\"";
                if (call.Request.Headers["If-None-Match"] is not null) call.Response.StatusCode = 304;
                else await call.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(new string('x', 5000)));
                call.Response.Close();
            }
        });
        return server.Prefixes.Single() + "file";
    }
}
