using System.Net.Sockets;
using System.Text;
using Gantry.SystemTests.Faults;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Builds;

/// <summary>What BuildKit does and the classic builder does not, or not so: seen with Docker 26 and in BuildKit 0.22's own tests.</summary>
public sealed class BuildKitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_directory_that_is_copied_gives_its_content()
    {
        await using var stage = await BuildStage.CreateAsync();
        (await stage.BuildAsync("""
            FROM busybox AS source
            RUN mkdir -p /d/s && chown 100:200 /d && chmod 705 /d && chown 101:201 /d/s && touch -d @1000000000 /d
            FROM busybox
            RUN mkdir -m 701 /old
            COPY --from=source /d /new
            COPY --from=source --chown=3:4 --chmod=700 /d /owned
            COPY --from=source /d /old
            USER 1000:1001
            WORKDIR /srv/deep
            RUN stat -c '%n %a %u:%g' /new /new/s /owned /owned/s /old /srv /srv/deep; stat -c %Y /new /old
            """, "--no-cache")).Succeeds().Says("/new 755 0:0").Says("/new/s 755 101:201").Says("/owned 755 3:4").Says("/owned/s 700 3:4").Says("/old 701 0:0").Says("/srv 755 1000:1001").Says("/srv/deep 755 1000:1001").Says("1000000000");
    }

    [Fact]
    public async Task Files_of_a_stage_count_by_their_content()
    {
        await using var stage = await BuildStage.CreateAsync();
        string Dockerfile(int change) => $"FROM busybox AS made\nRUN echo {change} > /change; mkdir /out; echo same > /out/file\nFROM busybox\nRUN --mount=from=made,source=/out,target=/in,rw touch /in/more && date +%N > /unique\nRUN cat /unique\n";
        (await stage.BuildAsync(Dockerfile(1))).Succeeds();
        (await stage.BuildAsync(Dockerfile(2))).Succeeds().Says("RUN cat /unique").Says("CACHED");
        var again = (await stage.BuildAsync(Dockerfile(3))).Succeeds();
        Assert.Equal(2, again.Error.Split("CACHED").Length - 1);
    }

    [Fact]
    public async Task A_trigger_may_have_a_here_document_and_a_host_a_name()
    {
        await using var stage = await BuildStage.CreateAsync();
        (await stage.BuildAsync("FROM busybox\nONBUILD RUN <<EOF\necho from the trigger > /made\nEOF\n", "-t base")).Succeeds();
        (await stage.BuildAsync("FROM base\nRUN cat /made; hostname; grep called /etc/hosts\n", "--build-arg BUILDKIT_SANDBOX_HOSTNAME=called")).Succeeds().Says("from the trigger").Says("called");
    }

    [Fact]
    public async Task An_agent_belongs_to_whom_the_mount_says()
    {
        await using var stage = await BuildStage.CreateAsync();
        (await stage.Gantry($"load -q -i {Path.Combine(Programs.Cache, "debian.tar")}")).Succeeds();
        var path = Path.Combine(stage.Engine.Home, "agent.sock");
        using var agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        agent.Bind(new UnixDomainSocketEndPoint(path));
        agent.Listen();
        var mode = File.GetUnixFileMode(path);
        var answering = Task.Run(
            async () =>
            {
                using var client = await agent.AcceptAsync(Cancel);
                var asked = new byte[16];
                var count = await client.ReceiveAsync(asked, Cancel);
                await client.SendAsync(Encoding.UTF8.GetBytes($"heard {Encoding.UTF8.GetString(asked, 0, count).Trim()}\n"), Cancel);
            },
            Cancel);
        (await stage.BuildAsync(
            "FROM debian\nUSER 100:102\nRUN --mount=type=ssh,mode=741,uid=100,gid=102 stat -c '%u %g %f' $SSH_AUTH_SOCK; perl -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new($ENV{SSH_AUTH_SOCK}); print $s \"hello\\n\"; $s->flush; print <$s>'\n",
            $"--ssh default={path}")).Succeeds().Says("100 102 c1e1").Says("heard hello");
        await answering;
        (await stage.BuildAsync("FROM debian\nRUN --mount=type=ssh true\n", "--ssh default=/nowhere/agent.sock")).Fails().Says("/nowhere/agent.sock: no such file");
        Assert.Equal(mode, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task Privileges_are_given_where_the_daemon_s_configuration_says_so()
    {
        await using var stage = await BuildStage.CreateAsync();
        (await stage.BuildAsync("FROM busybox\nRUN --security=insecure true\n", "--allow security.insecure")).Fails().SaysSomewhere("\"security-insecure\": true");
        (await stage.BuildAsync("FROM busybox\nRUN --network=host true\n", "--allow network.host")).Succeeds();
    }
}
