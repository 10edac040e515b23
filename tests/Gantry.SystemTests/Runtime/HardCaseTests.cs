using Gantry.SystemTests.Infrastructure;
using System.Security.Cryptography;

namespace Gantry.SystemTests.Runtime;

/// <summary>Ways out of a container that runtimes had to learn about. None may lead out of ours, whatever others do.</summary>
public sealed class HardCaseTests(RuntimeWorld world) : RuntimeSuite(world)
{
    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_working_directory_that_is_a_descriptor_of_the_runtime_is_refused(string runtime)
    {
        // CVE-2024-21626
        await using var container = await ContainerAsync(runtime);
        for (var descriptor = 3; descriptor < 20; descriptor++)
        {
            container.Process["cwd"] = $"/proc/self/fd/{descriptor}";
            var result = await container.Does("pwd; ls ../../.. >/dev/null && cat ../../../../../../../etc/hostname; echo in").RunAsync();
            Assert.False(result.ExitCode == 0 && result.Lines is [not "/", ..], $"descriptor {descriptor}: {result.Out}");
        }
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_further_process_does_not_work_in_a_descriptor_of_the_runtime(string runtime)
    {
        // CVE-2024-21626, by exec.
        await using var container = await ContainerAsync(runtime);
        await container.Does("sleep 1000").BeginAsync();
        for (var descriptor = 3; descriptor < 20; descriptor++)
        {
            var result = await container.CallAsync("exec", "--cwd", $"/proc/self/fd/{descriptor}", container.Id, "sh", "-c", "pwd; ls ../../.. >/dev/null && echo in");
            Assert.False(result.ExitCode == 0 && result.Lines is [not "/", ..], $"descriptor {descriptor}: {result.Out}");
        }
    }

    [Fact]
    public async Task A_working_directory_that_is_a_link_stays_inside()
    {
        await using var container = await ContainerAsync(Ours);
        Directory.CreateSymbolicLink(Path.Combine(container.RootFs, "out"), "../../../../../../tmp");
        container.Process["cwd"] = "/out";
        (await container.Does("pwd -P; touch here").RunAsync()).Succeeds().Prints("/tmp");
        Assert.True(File.Exists(Path.Combine(container.RootFs, "tmp", "here")));
        Directory.CreateSymbolicLink(Path.Combine(container.RootFs, "dangling"), "/../../made");
        container.Process["cwd"] = "/dangling/below";
        (await container.Does("pwd -P").RunAsync()).Succeeds().Prints("/made/below");
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_container_cannot_write_into_the_runtime(string runtime)
    {
        // CVE-2019-5736. A copy, so that a runtime that fails this survives it.
        await using var container = await ContainerAsync(runtime);
        var copy = Path.Combine(container.Bundle, "runtime");
        Programs.Copy(container.Program, copy);
        container.Program = copy;
        var before = await HashAsync(copy);
        await File.WriteAllTextAsync(Path.Combine(container.RootFs, "evil"), "#!/proc/self/exe\n", TestContext.Current.CancellationToken);
        await container.ShellAsync($"chmod 755 '{container.RootFs}/evil'");
        container.Process["noNewPrivileges"] = false;
        // Holds the executable of each process it sees open, and writes once nobody executes it.
        container.Does("""
            while :; do
              for p in /proc/[0-9]*; do
                case $(readlink $p/exe) in *busybox|'') ;; *) exec 5<$p/exe; (echo overwritten >/proc/self/fd/5) 2>/dev/null && echo wrote >>/tmp/wrote ;; esac
              done
              (echo overwritten >/proc/self/fd/5) 2>/dev/null && echo wrote >>/tmp/wrote
            done
            """);
        await container.BeginAsync();
        for (var i = 0; i < 5; i++)
        {
            await container.ExecAsync("/evil");
            (await container.ExecAsync("true")).ExitsWithOneOf(0, 1, 255);
        }

        await container.DeleteAsync("--force");
        Assert.Equal(before, await HashAsync(copy));
        await container.Runs("/evil").RunAsync();
        Assert.Equal(before, await HashAsync(copy));
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task A_mount_target_that_is_a_link_is_found_inside_the_root(string runtime)
    {
        // CVE-2021-30465
        await using var container = await ContainerAsync(runtime);
        var outside = Directory.CreateDirectory(Path.Combine(container.Bundle, "outside")).FullName;
        var source = Directory.CreateDirectory(Path.Combine(container.Bundle, "source")).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "file"), "x", TestContext.Current.CancellationToken);
        Directory.CreateSymbolicLink(Path.Combine(container.RootFs, "up"), "../outside");
        Directory.CreateSymbolicLink(Path.Combine(container.RootFs, "absolute"), outside);
        container.Config.Mounts().Add(OciConfig.Bind(source, "/up/here"));
        container.Config.Mounts().Add(OciConfig.Bind(source, "/absolute/there"));
        await container.Does("ls /up/here /absolute/there").RunAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Theory, MemberData(nameof(Runtimes))]
    public async Task Proc_and_sys_are_not_mounted_through_a_link(string runtime)
    {
        // CVE-2019-19921, CVE-2023-27561
        foreach (var name in (string[])["proc", "sys"])
        {
            await using var container = await ContainerAsync(runtime);
            Directory.Delete(Path.Combine(container.RootFs, name));
            Directory.CreateSymbolicLink(Path.Combine(container.RootFs, name), "tmp/fake");
            Directory.CreateDirectory(Path.Combine(container.RootFs, "tmp", "fake"));
            LifecycleTests.Failed(await container.Does("cat /tmp/fake/self/status; ls /tmp/fake").RunAsync());
        }
    }

    [Theory, InlineData("runc"), InlineData(Ours)]
    public async Task A_mount_does_not_cover_files_of_proc(string runtime)
    {
        // CVE-2019-16884
        await using var container = await ContainerAsync(runtime);
        container.Config.Mounts().Add(OciConfig.Bind("/etc/hostname", "/proc/self/attr/exec"));
        LifecycleTests.Failed(await container.Runs("true").RunAsync());
    }

    [Fact]
    public async Task A_mask_is_the_null_device_and_nothing_that_an_image_put_there()
    {
        // CVE-2025-31133
        await using var container = await ContainerAsync(Ours);
        container.Config.Mounts().Remove(container.Config.Mounts().Single(m => m!["destination"]!.GetValue<string>() == "/dev"));
        foreach (var below in (string[])["/dev/pts", "/dev/shm", "/dev/mqueue"])
        {
            container.Config.Mounts().Remove(container.Config.Mounts().Single(m => m!["destination"]!.GetValue<string>() == below));
        }

        File.CreateSymbolicLink(Path.Combine(container.RootFs, "dev", "null"), "/proc/sys/kernel/core_pattern");
        (await container.Does("cat /proc/kcore").RunAsync()).ExitsWithOneOf(1, 125).Says("/dev/null");
        File.Delete(Path.Combine(container.RootFs, "dev", "null"));
        await File.WriteAllTextAsync(Path.Combine(container.RootFs, "dev", "null"), "fake", TestContext.Current.CancellationToken);
        (await container.Does("cat /proc/kcore").RunAsync()).ExitsWithOneOf(1, 125).Says("/dev/null");
    }

    [Fact]
    public async Task A_console_is_the_terminal_itself()
    {
        // CVE-2025-52565: /dev/console is a link of the image to something of /proc.
        await using var container = await ContainerAsync(Ours);
        container.Process["terminal"] = true;
        container.Config.Mounts().Remove(container.Config.Mounts().Single(m => m!["destination"]!.GetValue<string>() == "/dev"));
        File.CreateSymbolicLink(Path.Combine(container.RootFs, "dev", "console"), "/proc/sys/kernel/core_pattern");
        container.Does("true").Save();
        var line = string.Join(' ', container.Words("run", "--bundle", container.Bundle, container.Id));
        var result = await container.ShellAsync($"script -qec '{line}' /dev/null </dev/null");
        Assert.True(result.ExitCode != 0 && result.Out.Contains("/dev/console", StringComparison.Ordinal), result.Out);
    }

    private static async Task<string> HashAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexString(await SHA256.HashDataAsync(stream));
    }
}
