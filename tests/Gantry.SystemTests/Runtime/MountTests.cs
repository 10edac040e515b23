using System.Text.Json.Nodes;

namespace Gantry.SystemTests.Runtime;

/// <summary>Mounts, masked and read-only paths, devices: what a container sees of files.</summary>
public sealed class MountTests(RuntimeWorld world) : RuntimeSuite(world)
{
    [Theory, MemberData(nameof(Runtimes))]
    public async Task Mounts_have_their_types_and_options(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        var lines = (await container.Does("cat /proc/mounts").RunAsync()).Succeeds().Lines;
        var mounts = lines.Select(l => l.Split(' ')).GroupBy(f => f[1]).ToDictionary(g => g.Key, g => g.Last());
        foreach (var (path, type, options) in new[]
        {
            ("/proc", "proc", "rw,nosuid,nodev,noexec"), ("/dev", "tmpfs", "rw,nosuid,size=65536k,mode=755"),
            ("/dev/pts", "devpts", "rw,nosuid,noexec,gid=5,mode=620,ptmxmode=666"), ("/dev/shm", "tmpfs", "rw,nosuid,nodev,noexec,size=65536k"),
            ("/dev/mqueue", "mqueue", "rw,nosuid,nodev,noexec"), ("/sys", "sysfs", "ro,nosuid,nodev,noexec"),
        })
        {
            Assert.Equal(type, mounts[path][2]);
            Assert.Empty(options.Split(',').Except(mounts[path][3].Split(',')));
        }
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Masked_paths_are_empty_and_read_only_paths_refuse(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        await File.WriteAllTextAsync(Path.Combine(container.RootFs, "etc", "secret"), "secret", TestContext.Current.CancellationToken);
        container.Linux["maskedPaths"]!.AsArray().Add("/etc/secret");
        container.Linux["maskedPaths"]!.AsArray().Add("/missing/path");
        container.Linux["readonlyPaths"]!.AsArray().Add("/tmp");
        (await container.Does("cat /etc/secret; cat /proc/kcore; ls /sys/firmware; echo x >/proc/sys/kernel/hostname; touch /tmp/x; echo b >/proc/sysrq-trigger; echo end").RunAsync())
            .Succeeds().Prints("end").Says("Read-only file system");
        Assert.False(File.Exists(Path.Combine(container.RootFs, "tmp", "x")));
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_read_only_root_refuses_writes(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Config["root"]!["readonly"] = true;
        (await container.Does("touch /x; touch /dev/shm/y && echo fine").RunAsync()).Succeeds().Prints("fine").Says("Read-only file system");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Binds_show_files_and_directories_of_the_host(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        var source = Directory.CreateDirectory(Path.Combine(container.Bundle, "source")).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "file"), "theirs\n", TestContext.Current.CancellationToken);
        container.Config.Mounts().Add(OciConfig.Bind(source, "/made/for/it", "rw", "nosuid"));
        container.Config.Mounts().Add(OciConfig.Bind(source, "/mnt", "ro"));
        container.Config.Mounts().Add(OciConfig.Bind("source/file", "/etc/one", "rbind"));
        (await container.Does("cat /mnt/file /etc/one; echo ours >/made/for/it/new; touch /mnt/x; grep -c nosuid /proc/mounts >/dev/null; grep /made/for/it /proc/mounts").RunAsync())
            .Succeeds().Matches("^theirs\ntheirs\n[^\n]*rw,nosuid[^\n]*$").Says("Read-only file system");
        Assert.Equal("ours\n", await File.ReadAllTextAsync(Path.Combine(source, "new"), TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Propagation_is_as_asked(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        (await container.ShellAsync($"mkdir -p '{container.Bundle}/shared' && mount -t tmpfs t '{container.Bundle}/shared' && mount --make-shared '{container.Bundle}/shared'")).Succeeds();
        try
        {
            container.Config.Mounts().Add(OciConfig.Bind("shared", "/slave", "rbind", "rslave"));
            container.Config.Mounts().Add(OciConfig.Bind("shared", "/private", "rbind", "rprivate"));
            var result = (await container.Does("grep ' /slave ' /proc/self/mountinfo; grep ' /private ' /proc/self/mountinfo").RunAsync()).Succeeds();
            // crun has made all mounts of the host private by then.
            result.Matches(runtime == "crun" ? "tmpfs" : "^[^\n]*master:[^\n]*\n(?![^\n]*(master|shared):)[^\n]*$");
        }
        finally
        {
            (await container.ShellAsync($"umount '{container.Bundle}/shared'")).Succeeds();
        }
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Nothing_of_the_host_is_left_mounted(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        (await container.Does("cat /proc/self/mountinfo; ls /..").RunAsync()).Succeeds().Lacks("/state-" + runtime).Lacks("bundles\n");
        Assert.DoesNotContain(container.Id, (await container.ShellAsync("cat /proc/mounts")).Out, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Default_devices_and_links_are_there(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        (await container.Does("for d in null zero full random urandom tty; do stat -c '%n %t %T %a' /dev/$d; done; for l in fd stdin stdout stderr; do readlink /dev/$l; done; head -c 3 /dev/zero | wc -c; echo x >/dev/full").RunAsync())
            .Matches("^/dev/null 1 3 666\n/dev/zero 1 5 666\n/dev/full 1 7 666\n/dev/random 1 8 666\n/dev/urandom 1 9 666\n/dev/tty 5 0 666\n/proc/self/fd\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\n3$")
            .Says("No space left");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_device_asked_for_is_made_and_others_are_denied(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Linux["devices"] = new JsonArray(new JsonObject
        {
            ["path"] = "/dev/mine", ["type"] = "c", ["major"] = 1, ["minor"] = 5, ["fileMode"] = 416, ["uid"] = 0, ["gid"] = 4,
        });
        container.Process["noNewPrivileges"] = false;
        (await container.Does("stat -c '%t %T %a %u %g' /dev/mine; head -c 2 /dev/mine | wc -c; mknod /dev/shm/mem c 1 1; mknod /dev/mem c 1 1 && head -c 1 /dev/mem").RunAsync())
            .Exits(1).Matches("^1 5 640 0 4\n2$").Says("Operation not permitted");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_cgroup_mount_shows_the_containers_own(string runtime)
    {
        await using var container = await ContainerAsync(runtime);
        container.Config.Mounts().Add(new JsonObject
        {
            ["destination"] = "/sys/fs/cgroup", ["type"] = "cgroup", ["source"] = "cgroup", ["options"] = new JsonArray("nosuid", "noexec", "nodev", "ro"),
        });
        container.Linux["resources"]!["pids"] = new JsonObject { ["limit"] = 77 };
        (await container.Does("cat /sys/fs/cgroup/pids/pids.max || cat /sys/fs/cgroup/pids.max; mkdir /sys/fs/cgroup/pids/x").RunAsync())
            .Exits(1).Prints("77").Says("Read-only file system");
    }
}
