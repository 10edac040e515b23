using System.Diagnostics;
using Gantry.SystemTests.Images;

namespace Gantry.SystemTests.Infrastructure;

/// <summary>
/// Serves files and git repositories on loopback, at the same ports inside the sandbox and outside: a daemon fetches them
/// there, docker(1) what it builds from here.
/// </summary>
internal sealed class SourceServer : IAsyncDisposable
{
    public const string Token = "a-token";

    /// <summary>app.git with a submodule lib.git: branches master and other, an annotated tag v1.</summary>
    private const string Repositories = """
        set -e
        export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
        g() { git -c user.name=t -c user.email=t@t -c init.defaultBranch=master -c protocol.file.allow=always "$@"; }
        cd "$1/git"
        g init -q lib.work && cd lib.work
        echo old > l && g add . && g commit -qm old && echo lib > l && g commit -qam lib && echo newer > l && g commit -qam newer
        cd .. && g clone -q --bare lib.work lib.git
        g init -q app.work && cd app.work
        printf 'FROM busybox\nCOPY . /src\n' > Dockerfile
        echo one > f && mkdir -p d/e && echo deep > d/e/x && printf 'FROM busybox\nCOPY x /x\n' > d/e/Dockerfile
        printf '#!/bin/sh\n' > run && chmod 755 run && ln -s d/e in && ln -s /etc out && ln -s ../../etc up
        g submodule add -q ../lib.git lib && g -C lib checkout -q HEAD~1
        g add . && g commit -qm one && g tag -am first v1
        echo two > f && g commit -qam two
        g checkout -qb other && echo other > f && g commit -qam other && g checkout -q master
        cd .. && g clone -q --bare app.work app.git
        for repository in app.git lib.git; do git -C $repository update-server-info; done
        printf '#!/bin/sh\nexport GIT_PROJECT_ROOT=%s GIT_HTTP_EXPORT_ALL=1\nexec git http-backend\n' "$PWD" > ../cgi-bin/git
        cp ../cgi-bin/git ../cgi-bin/private && chmod 755 ../cgi-bin/*
        """;

    private readonly List<Process> _processes = [];

    private SourceServer(string root) => Root = root;

    /// <summary>Files put here are served.</summary>
    public string Root { get; }

    /// <summary>Of the files, without a slash at its end.</summary>
    public string Web { get; private set; } = "";

    /// <summary>The repository by git's own protocol.</summary>
    public string Git { get; private set; } = "";

    /// <summary>By HTTP.</summary>
    public string Http => $"{Web}/cgi-bin/git/app.git";

    /// <summary>By HTTP, for those who have the token.</summary>
    public string Private => $"{Web}/cgi-bin/private/app.git";

    /// <summary>By HTTP from a server that knows nothing of git.</summary>
    public string Dumb => $"{Web}/git/app.git";

    public static async Task<SourceServer> StartAsync(Sandbox sandbox)
    {
        Infrastructure.Root.Require("git", "busybox", "bzip2", "xz");
        var server = new SourceServer(Path.Combine(sandbox.Root, "sources-" + Path.GetRandomFileName()));
        foreach (var directory in (string[])["git", "cgi-bin"]) Directory.CreateDirectory(Path.Combine(server.Root, directory));
        (await Command.RunAsync("bash", ["-c", Repositories, "bash", server.Root])).Succeeds();
        var configuration = server.Root + ".conf";
        await File.WriteAllTextAsync(configuration, $"/cgi-bin/private:x-access-token:{Token}\n");
        var (web, git) = (LoopbackHttp.FreePort(), LoopbackHttp.FreePort());
        (server.Web, server.Git) = ($"http://127.0.0.1:{web}", $"git://127.0.0.1:{git}/app.git");
        foreach (var words in (string[][])
        [
            ["busybox", "httpd", "-f", "-p", $"127.0.0.1:{web}", "-h", server.Root, "-c", configuration],
            ["git", "daemon", "--export-all", "--reuseaddr", "--listen=127.0.0.1", $"--port={git}", $"--base-path={server.Root}/git", server.Root + "/git"],
        ])
        {
            server._processes.Add(sandbox.Start(words));
            server._processes.Add(Command.Start(words[0], words[1..], environment: null, redirectInput: false));
        }

        foreach (var port in (int[])[web, git])
        {
            var wait = $"for i in $(seq 200); do (exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null && exit 0; sleep 0.05; done; exit 1";
            (await sandbox.RunAsync("bash", "-c", wait)).Succeeds();
            (await Command.RunAsync("bash", ["-c", wait])).Succeeds();
        }

        return server;
    }

    /// <summary>The commit that a reference of the repository names.</summary>
    public async Task<string> CommitAsync(string reference) =>
        (await Command.RunAsync("git", ["-C", Root + "/git/app.git", "rev-parse", reference + "^{commit}"])).Succeeds().Text;

    /// <summary>Changes the repository's master branch.</summary>
    public async Task CommitAsync(string file, string content) => (await Command.RunAsync("bash",
        ["-ec", "cd \"$1/git/app.work\"; printf %s \"$3\" > \"$2\"; git -c user.name=t -c user.email=t@t commit -qam more; git push -q ../app.git master; git -C ../app.git update-server-info", "bash", Root, file, content])).Succeeds();

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(Root, recursive: true);
    }
}
