using System.Text.Json.Nodes;

namespace Gantry.SystemTests.Runtime;

/// <summary>Bundles and images made to harm, and processes that race with the runtime: nothing of the host is reached.</summary>
public sealed class HostileTests(RuntimeWorld world) : RuntimeSuite(world)
{
    private static readonly string[] Odd =
    [
        "null", "true", "-1", "0", "4294967296", "18446744073709551615", "1e400", "\"\"", "\"/\"", "\"..\"", "\"a\\u0000b\"", "\"\\ud800\"", "[]", "{}", "[[[]]]", "[null]",
        "{\"x\":{}}", "\"%s%n\"", "\"/proc/self/fd/3\"",
    ];

    [Fact]
    public async Task No_config_makes_it_crash()
    {
        await using var container = await ContainerAsync(Ours);
        container.Runs("true").Save();
        var files = Directory.CreateDirectory(Path.Combine(container.Bundle, "fuzz")).FullName;
        var random = new Random(20261126);
        for (var i = 0; i < 120; i++)
        {
            var config = (JsonObject)JsonNode.Parse(container.Config.ToJsonString())!;
            var text = i % 4 == 0 ? Cut(config.ToJsonString(), random) : Mutated(config, random);
            await File.WriteAllTextAsync(Path.Combine(files, $"{i:d3}.json"), text, TestContext.Current.CancellationToken);
        }

        var run = string.Join(' ', container.Words("run", "--bundle", container.Bundle, "--config"));
        var result = (await container.ShellAsync($"cd '{files}' && for f in *.json; do said=$(timeout 20 {run} \"$PWD/$f\" {container.Id} 2>&1 </dev/null); echo \"$? $f $said\"; done")).Succeeds();
        Assert.All(result.Lines, line =>
        {
            // It runs, or it is refused by one line; a crash would be 134 or 139 and many lines.
            Assert.Matches(@"^[01] \d{3}\.json", line);
            if (line[0] == '1') Assert.Matches(@"^1 \d{3}\.json gantry-runtime: .", line);
        });
        Assert.Contains(result.Lines, l => l[0] == '1');
        LifecycleTests.Failed(await container.CallAsync("state", container.Id));
    }

    [Theory, InlineData("dev"), InlineData("etc"), InlineData("mnt")]
    public async Task A_directory_of_the_image_that_is_a_link_leads_nowhere(string name)
    {
        await using var container = await ContainerAsync(Ours);
        var outside = Outside(container);
        Directory.Delete(Path.Combine(container.RootFs, name), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(container.RootFs, name), outside);
        container.Config.Mounts().Add(new JsonObject { ["destination"] = "/mnt/made", ["type"] = "tmpfs", ["source"] = "t" });
        container.Config.Mounts().Add(OciConfig.Bind("/etc/hostname", "/etc/hostname", "ro"));
        container.Linux["maskedPaths"]!.AsArray().Add($"/{name}/file");
        container.Linux["devices"] = new JsonArray(new JsonObject { ["path"] = "/dev/mine", ["type"] = "c", ["major"] = 1, ["minor"] = 5 });
        container.Process["cwd"] = $"/{name}/new/directory";
        await container.Does($"touch /{name}/written; true").RunAsync();
        Assert.Equal(["file"], Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName));
        Assert.Equal("host", await File.ReadAllTextAsync(Path.Combine(outside, "file"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Swapping_directories_while_it_starts_leads_nowhere()
    {
        // CVE-2021-30465, CVE-2025-31133, CVE-2025-52565: what is looked at is what is mounted on, by descriptor.
        await using var container = await ContainerAsync(Ours);
        var outside = Outside(container);
        Directory.CreateDirectory(Path.Combine(container.RootFs, "swap", "inner"));
        Directory.CreateSymbolicLink(Path.Combine(container.RootFs, "swapped"), outside);
        var source = Directory.CreateDirectory(Path.Combine(container.Bundle, "source")).FullName;
        for (var i = 0; i < 6; i++) container.Config.Mounts().Add(OciConfig.Bind(source, $"/swap/bind{i}"));
        container.Config.Mounts().Add(new JsonObject { ["destination"] = "/swap/tmpfs", ["type"] = "tmpfs", ["source"] = "t", ["options"] = new JsonArray("tmpcopyup") });
        foreach (var name in (string[])["inner", "file"])
        {
            container.Linux["maskedPaths"]!.AsArray().Add("/swap/" + name);
            container.Linux["readonlyPaths"]!.AsArray().Add("/swap/" + name);
        }

        container.Process["cwd"] = "/swap/deep/directory";
        container.Does("touch written 2>/dev/null; true").Save();
        var run = string.Join(' ', container.Words("run", "--bundle", container.Bundle, container.Id));
        var before = (await container.ShellAsync("cat /proc/self/mountinfo | cut -d' ' -f5 | sort")).Out;
        await container.ShellAsync($$"""
            cd '{{container.RootFs}}'
            (while :; do mv -T swap spare; mv -T swapped swap; mv -T swap swapped; mv -T spare swap; done) 2>/dev/null & racer=$!
            for i in $(seq 25); do timeout 10 {{run}} >/dev/null 2>&1 </dev/null; done
            kill $racer; wait $racer 2>/dev/null; true
            """);
        Assert.Equal(["file"], Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName));
        Assert.Equal(before, (await container.ShellAsync("cat /proc/self/mountinfo | cut -d' ' -f5 | sort")).Out);
    }

    [Fact]
    public async Task A_container_sees_no_descriptor_of_what_enters_it()
    {
        // CVE-2016-9962, CVE-2019-5736: who enters may be looked into only when it is the program that was asked for.
        await using var container = await ContainerAsync(Ours);
        await container.Does("""
            while :; do
              for p in /proc/[0-9]*; do
                case $(readlink $p/exe) in */busybox) continue ;; '') ;; *) echo "$p/exe is readable" >>/tmp/seen ;; esac
                for f in $p/fd/*; do l=$(readlink $f) && case $l in /bin/*|/proc/*|/dev/*|/tmp/*|pipe:*|socket:*) ;; *) echo "$f $l" >>/tmp/seen ;; esac; done
              done
            done
            """).BeginAsync();
        var exec = string.Join(' ', container.Words("exec", container.Id, "true"));
        await container.ShellAsync($"for i in $(seq 25); do {exec} >/dev/null 2>&1 </dev/null; done");
        var seen = Path.Combine(container.RootFs, "tmp", "seen");
        Assert.Empty(File.Exists(seen) ? (await File.ReadAllLinesAsync(seen, TestContext.Current.CancellationToken)).Where(l => !l.EndsWith(" /", StringComparison.Ordinal)) : []);
    }

    [Theory, InlineData("/proc/sys"), InlineData("/proc/sys/kernel"), InlineData("/proc/self/attr")]
    public async Task Nothing_is_mounted_where_the_kernel_is_written_to(string target)
    {
        // CVE-2019-16884, CVE-2025-52881
        await using var container = await ContainerAsync(Ours);
        container.Linux["sysctl"] = new JsonObject { ["net.ipv4.ip_forward"] = "1" };
        container.Config.Mounts().Add(new JsonObject { ["destination"] = target, ["type"] = "tmpfs", ["source"] = "t" });
        (await container.Runs("true").RunAsync()).Exits(1).Says("/proc");
    }

    [Fact]
    public async Task A_thousand_files_of_descriptors_are_not_inherited()
    {
        // CVE-2024-21626, the other half: descriptors of the caller, whether or not they are close-on-exec.
        await using var container = await ContainerAsync(Ours);
        container.Does("ls /proc/self/fd | wc -l").Save();
        var run = string.Join(' ', container.Words("run", "--bundle", container.Bundle, container.Id));
        (await container.ShellAsync($"exec 3</ 4</etc 5</proc 9</sys/fs/cgroup; {run}")).Succeeds().Prints("4");
        await container.Stays().BeginAsync();
        var exec = string.Join(' ', container.Words("exec", container.Id, "sh", "-c", "'ls /proc/self/fd | wc -l'"));
        (await container.ShellAsync($"exec 3</ 4</etc 5</proc 9</sys/fs/cgroup; {exec}")).Succeeds().Prints("4");
    }

    private static string Outside(OciContainer container)
    {
        var outside = Directory.CreateDirectory(Path.Combine(container.Bundle, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "file"), "host");
        return outside;
    }

    private static string Cut(string text, Random random)
    {
        var at = random.Next(text.Length);
        return random.Next(3) switch
        {
            0 => text[..at],
            1 => text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at)),
            _ => text.Insert(at, Odd[random.Next(Odd.Length)]),
        };
    }

    /// <summary>Another value at some place. The root stays where it is, and the program what it is.</summary>
    private static string Mutated(JsonObject config, Random random)
    {
        List<(JsonNode Parent, string Name, int Index)> places = [];
        Collect(config, places);
        var (parent, name, index) = places[random.Next(places.Count)];
        var value = Odd[random.Next(Odd.Length)];
        const string marker = "the value to be";
        if (parent is JsonObject record) record[name] = marker;
        else parent.AsArray()[index] = marker;
        return config.ToJsonString().Replace($"\"{marker}\"", value, StringComparison.Ordinal);
    }

    private static void Collect(JsonNode node, List<(JsonNode, string, int)> places)
    {
        if (node is JsonObject record)
        {
            foreach (var (name, value) in record)
            {
                if (name is "root" or "args") continue;
                places.Add((node, name, 0));
                if (value is not null) Collect(value, places);
            }
        }
        else if (node is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                places.Add((node, "", i));
                if (list[i] is { } value) Collect(value, places);
            }
        }
    }
}
