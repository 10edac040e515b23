using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Files into and out of containers, what they changed, and images made of them.</summary>
public sealed class CopyScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task There_and_back(string way) => Play(way, async stage =>
    {
        var (name, local) = (stage.Name(), stage.Directory);
        Directory.CreateDirectory(Path.Combine(local, "dir", "sub"));
        await File.WriteAllTextAsync(Path.Combine(local, "dir", "sub", "x"), "hello");
        await File.WriteAllTextAsync(Path.Combine(local, "file"), "file");
        (await stage.Run($"create --name {name} --network none -v /vol busybox sleep 1000")).Succeeds();
        foreach (var running in (bool[])[false, true])
        {
            if (running) (await stage.Run($"start {name}")).Succeeds();
            var to = running ? "r" : "s";
            (await stage.Run($"cp {local}/file {name}:/{to}")).Succeeds();
            (await stage.Run($"cp {local}/file {name}:/tmp/")).Succeeds();
            (await stage.Run($"cp {local}/dir {name}:/{to}-dir")).Succeeds();
            (await stage.Run($"cp {local}/dir {name}:/{to}-dir")).Succeeds();
            (await stage.Run($"cp {local}/dir/. {name}:/vol")).Succeeds();
            (await stage.Run($"cp {name}:/{to} {local}/back-{to}")).Succeeds();
            Assert.Equal("file", await File.ReadAllTextAsync(Path.Combine(local, $"back-{to}")));
            (await stage.Run($"cp {name}:/{to}-dir/dir {local}/{to}-out")).Succeeds();
            Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(local, $"{to}-out", "sub", "x")));
            (await stage.Run($"cp {name}:/vol/sub/x {local}/vol-{to}")).Succeeds();
            Assert.Equal("hello", await File.ReadAllTextAsync(Path.Combine(local, $"vol-{to}")));
        }

        (await stage.Run($"exec {name} sh -c 'cat /s /r /tmp/file /s-dir/sub/x /r-dir/dir/sub/x /vol/sub/x'")).Succeeds().Prints("filefilefilehellohellohello");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task What_the_engine_writes_for_the_container(string way) => Play(way, async stage =>
    {
        var (name, local) = (stage.Name(), stage.Directory);
        (await stage.Run($"create --name {name} --network none --hostname own busybox sleep 1000")).Succeeds();
        foreach (var file in (string[])["hosts", "hostname", "resolv.conf"])
        {
            (await stage.Run($"cp {name}:/etc/{file} {local}/{file}")).Succeeds();
            Assert.Equal("", await File.ReadAllTextAsync(Path.Combine(local, file)));
        }

        (await stage.Run($"start {name}")).Succeeds();
        foreach (var running in (bool[])[true, false])
        {
            if (!running) (await stage.Run($"stop -t 0 {name}")).Succeeds();
            (await stage.Run($"cp {name}:/etc/hostname {local}/hostname")).Succeeds();
            Assert.Equal("own\n", await File.ReadAllTextAsync(Path.Combine(local, "hostname")));
            (await stage.Run($"cp {name}:/etc/hosts {local}/hosts")).Succeeds();
            Assert.Contains("localhost", await File.ReadAllTextAsync(Path.Combine(local, "hosts")), StringComparison.Ordinal);
            (await stage.Run($"cp {local}/hostname {name}:/etc/hosts")).Exits(1).SaysLike("hosts: device or resource busy");
        }

        (await stage.Run($"start {name}")).Succeeds();
        (await stage.Run($"exec {name} cat /etc/hosts")).Contains("localhost");
        await File.WriteAllTextAsync(Path.Combine(stage.Directory, "etc"), "no directory");
        (await stage.Run($"cp {stage.Directory}/etc {name}:/")).Exits(1).SaysLike("cannot overwrite directory \"/?etc\" with non-directory \"/\"");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task As_a_stream(string way) => Play(way, async stage =>
    {
        var name = stage.Name();
        (await stage.Run($"run -d --name {name} --network none busybox sh -c 'mkdir /d; echo x > /d/f; ln -s f /d/l; chown 12:34 /d/f; chmod 4755 /d/f; sleep 1000'")).Succeeds();
        await stage.Until($"exec {name} stat -c %a:%u:%g /d/f", r => r.Text == "4755:12:34");
        var listing = await Command.RunAsync("sh", ["-c", $"DOCKER_HOST={stage.Engine.Address} GANTRY_HOST={stage.Engine.Address} {stage.Program} cp {name}:/d - | tar -tvf - --numeric-owner | awk '{{print $1, $2, $6, $7, $8}}' | sort"]);
        listing.Succeeds().Contains("-rwsr-xr-x 12/34 d/f").Contains("d/l -> f").Contains("d/");
        // Readers that know ustar alone read it: there is no further record for a file.
        var times = await Command.RunAsync("sh", ["-c", $"for what in 'cp {name}:/d -' 'export {name}'; do DOCKER_HOST={stage.Engine.Address} GANTRY_HOST={stage.Engine.Address} {stage.Program} $what | grep -ac mtime=; done"]);
        Assert.Equal("0\n0\n", times.Out);
        var put = await Command.RunAsync("sh", ["-c", $"cd {stage.Directory}; mkdir in; echo streamed > in/y; tar -cf - in | DOCKER_HOST={stage.Engine.Address} GANTRY_HOST={stage.Engine.Address} {stage.Program} cp - {name}:/tmp"]);
        put.Succeeds();
        (await stage.Run($"exec {name} cat /tmp/in/y")).Succeeds().Prints("streamed");
        (await stage.Run($"cp -L {name}:/d/l {stage.Directory}/followed")).Succeeds();
        Assert.Equal("x\n", await File.ReadAllTextAsync(Path.Combine(stage.Directory, "followed")));
        Assert.Null(new FileInfo(Path.Combine(stage.Directory, "followed")).LinkTarget);
        (await stage.Run($"cp {name}:/d/l {stage.Directory}/link")).Succeeds();
        Assert.Equal("f", new FileInfo(Path.Combine(stage.Directory, "link")).LinkTarget);
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task What_cannot_be_copied(string way) => Play(way, async stage =>
    {
        var (name, local) = (stage.Name(), stage.Directory);
        Directory.CreateDirectory(Path.Combine(local, "dir"));
        await File.WriteAllTextAsync(Path.Combine(local, "file"), "x");
        (await stage.Run($"create --name {name} --network none --read-only busybox true")).Succeeds();
        (await stage.Run($"cp {name}:/no/such {local}/x")).Exits(1).SaysLike($"could not find the file /no/such in container {name}");
        (await stage.Run($"cp {local}/missing {name}:/")).Exits(1).SaysLike("no such file or directory");
        (await stage.Run($"cp {local}/file {name}:/no/such/dir/")).Exits(1).SaysLike("no such directory|could not find");
        (await stage.Run($"cp {local}/dir {name}:/etc/passwd")).Exits(1).SaysLike("cannot copy directory");
        (await stage.Run($"cp {local}/file {name}:/tmp")).Exits(1).SaysLike("read-only");
        (await stage.Run($"cp {local}/file nobody:/tmp")).Exits(1).SaysLike("no such container: nobody");
        (await stage.Run($"cp a:/b c:/d")).Exits(1).SaysLike("copying between containers is not supported");
        (await stage.Run($"cp {local}/file {local}/other")).Exits(1).SaysLike("must specify at least one container source");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Links_of_a_container_lead_nowhere_outside(string way) => Play(way, async stage =>
    {
        var (name, secret) = (stage.Name(), Path.Combine(stage.Directory, "secret"));
        await File.WriteAllTextAsync(secret, "of the host");
        (await stage.Run($"run --name {name} --network none busybox sh -c 'ln -s {secret} /file; ln -s {stage.Directory} /dir; mkdir /up; ln -s ../../../../../..{stage.Directory} /up/dir'")).Succeeds();
        (await stage.Run($"cp -L {name}:/file {stage.Directory}/a")).Exits(1);
        (await stage.Run($"cp {name}:/dir/secret {stage.Directory}/b")).Exits(1).SaysLike("could not find");
        (await stage.Run($"cp {name}:/up/dir/secret {stage.Directory}/c")).Exits(1).SaysLike("could not find");
        await File.WriteAllTextAsync(Path.Combine(stage.Directory, "in"), "in");
        await stage.Run($"cp {stage.Directory}/in {name}:/dir/planted");
        Assert.False(File.Exists(Path.Combine(stage.Directory, "planted")));
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Changes_export_and_commit(string way) => Play(way, async stage =>
    {
        var (name, image) = (stage.Name(), stage.Image());
        (await stage.Run($"run --name {name} --network none -v /vol busybox sh -c 'echo new > /new; mkdir /dir; echo x > /dir/x; rm /etc/group; echo more >> /etc/passwd; echo v > /vol/v'")).Succeeds();
        var changes = (await stage.Run($"diff {name}")).Succeeds();
        foreach (var line in (string[])["A /new", "A /dir", "A /dir/x", "D /etc/group", "C /etc/passwd", "C /etc"]) Assert.Contains(line, changes.Lines);
        Assert.DoesNotContain(changes.Lines, line => line.Contains("/etc/hosts", StringComparison.Ordinal) || line.Contains("/dev", StringComparison.Ordinal));
        (await stage.Run($"export -o {stage.Directory}/root.tar {name}")).Succeeds();
        var listing = (await Command.RunAsync("tar", ["-tf", Path.Combine(stage.Directory, "root.tar")])).Succeeds();
        Assert.Contains("new", listing.Lines);
        Assert.DoesNotContain("etc/group", listing.Lines);
        Assert.DoesNotContain("vol/v", listing.Lines);
        (await stage.Run($"commit -a me -m why -c 'CMD [\"cat\", \"/new\"]' -c 'LABEL a=b' {name} {image}:v1")).Succeeds().Matches("^sha256:[0-9a-f]{64}$");
        (await stage.Run($"run --rm --network none {image}:v1")).Succeeds().Prints("new");
        (await stage.Run($"run --rm --network none {image}:v1 sh -c 'cat /dir/x; tail -1 /etc/passwd; ls /etc/group'")).Exits(1).Contains("x\nmore");
        (await stage.Run($"inspect -f '{{{{.Author}}}} {{{{.Comment}}}} {{{{.Config.Labels.a}}}} {{{{len .RootFS.Layers}}}}' {image}:v1")).Prints("me why b 2");
    });
}
