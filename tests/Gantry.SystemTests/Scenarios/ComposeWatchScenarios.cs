using System.Globalization;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Files that change while a project runs.</summary>
public sealed class ComposeWatchScenarios(World world) : ComposeSuite(world)
{
    private const string Watched = """
        services:
          web:
            build: .
            stop_signal: SIGKILL
            develop:
              watch:
                - { path: ./src, action: sync, target: /data, ignore: ["*.tmp"] }
                - { path: ./app, action: rebuild }
                - { path: ./web.conf, action: sync+restart, target: /etc/web.conf }
        """;

    [Theory, MemberData(nameof(OwnWays))]
    public Task Watched_files(string way) => Play(way, async project =>
    {
        WriteProject(project);
        await using (var watch = project.Start("watch"))
        {
            await watch.WaitForAsync("Watch enabled", seconds: 60);
            var id = await project.IdAsync("web");
            project.Write("src/a.txt", "one\n");
            project.Write("src/deep/down/b.txt", "two\n");
            project.Write("src/c.tmp", "left alone\n");
            await project.InWebBecomes("cat /data/a.txt /data/deep/down/b.txt", "one\ntwo");
            File.Delete(Path.Combine(project.Directory, "src/a.txt"));
            await project.InWebBecomes("sh -c 'cd /data && find . -type f'", "./deep/down/b.txt");
            // A rule's own path that goes takes nothing with it in the container.
            Directory.Delete(Path.Combine(project.Directory, "src"), recursive: true);
            project.Write("web.conf", "changed\n");
            await project.InWebBecomes("cat /etc/web.conf", "changed");
            (await project.InWeb("ls -d /data")).Prints("/data");
            await project.LogsBecome("v1\nv1");
            Assert.Equal(id, await project.IdAsync("web"));
            project.Write("app/version", "v2\n");
            await project.LogsBecome("v2");
            Assert.NotEqual(id, await project.IdAsync("web"));
            Assert.Equal("0", (await project.Stage.RunProgram("sh", $"-c 'kill -INT {watch.ProcessId.ToString(CultureInfo.InvariantCulture)}; echo $?'")).Text);
            Assert.Equal(130, (await watch.ExitAsync()).ExitCode);
        }

        (await project.Compose("down --rmi all")).Succeeds();
    });

    [Theory, MemberData(nameof(OwnWays))]
    public Task Watched_by_an_up_that_stays(string way) => Play(way, async project =>
    {
        WriteProject(project);
        await using (var watch = project.Start("up --watch"))
        {
            await watch.WaitForAsync("Watch enabled", seconds: 60);
            await project.LogsBecome("v1");
            project.Write("app/version", "v2\n");
            await watch.WaitForAsync("v2", seconds: 60);
            await project.Stage.RunProgram("kill", $"-INT {watch.ProcessId.ToString(CultureInfo.InvariantCulture)}");
            Assert.Equal(130, (await watch.ExitAsync()).ExitCode);
        }

        (await project.Compose("down --rmi all")).Succeeds();
        project.Write("compose.yaml", "services:\n  web: { image: busybox }\n");
        Assert.Equal(1, (await project.Compose("watch")).Says("none of the selected services is configured for watch").ExitCode);
        (await project.Compose("up -d --watch")).Fails().Says("--watch cannot be combined with --detach");
    });

    private static void WriteProject(ComposeStage project)
    {
        project.Write("compose.yaml", Watched);
        project.Write("Dockerfile", "FROM busybox\nCOPY app /app\nCMD [\"sh\", \"-c\", \"cat /app/version; exec sleep 1000\"]\n");
        project.Write("app/version", "v1\n");
        project.Write("web.conf", "as it was\n");
        Directory.CreateDirectory(Path.Combine(project.Directory, "src"));
    }
}
