using Gantry.SystemTests.Faults;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Builds;

public sealed class SshSourceTests
{
    [Fact]
    public async Task A_repository_behind_sshd_is_read_with_the_keys_of_the_agent()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/sshd"), "openssh-server is not installed (its package would begin to serve this machine, so ./test.sh leaves it out)");
        await using var stage = await BuildStage.CreateAsync();
        var script = $$"""
            cd {{stage.Engine.Home}}
            export GANTRY_HOST={{stage.Engine.Address}} DOCKER_CONFIG=$PWD HOME=$PWD
            ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f key; cp key.pub auth
            git init -q -b main repo
            printf 'FROM busybox\nCOPY hello /hello\nRUN --mount=type=ssh test -S $SSH_AUTH_SOCK\nCMD ["cat", "/hello"]\n' > repo/Dockerfile; echo by ssh > repo/hello
            git -C repo add .; git -C repo -c user.email=a@b -c user.name=a commit -qm 1
            mkdir -p /run/sshd
            /usr/sbin/sshd -f /dev/null -E sshd.log -o Port=2222 -o ListenAddress=127.0.0.1 -o HostKey=$PWD/host -o AuthorizedKeysFile=$PWD/auth -o StrictModes=no -o PasswordAuthentication=no -o PidFile=$PWD/sshd.pid
            eval "$(ssh-agent)" >/dev/null
            trap 'ssh-agent -k >/dev/null; kill $(cat sshd.pid)' EXIT
            address=ssh://root@127.0.0.1:2222$PWD/repo#main
            {{Programs.Gantry}} build -q -t s --ssh default $address >/dev/null 2>refused && exit 1
            grep -qi 'permission denied' refused
            ssh-add -q key
            {{Programs.Gantry}} build -q -t s --ssh default $address >/dev/null
            {{Programs.Gantry}} run --rm --network none s
            printf "FROM busybox\nADD $address /r\nRUN cat /r/hello\n" > Added
            {{Programs.Gantry}} build -q --ssh default -f Added repo >/dev/null
            """;
        (await stage.Sandbox.RunAsync("bash", "-ec", script)).Prints("by ssh");
    }
}
