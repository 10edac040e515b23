using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Images built from what is not in a directory of the client: git repositories, web servers, archives of all forms.</summary>
public sealed class BuildSourceScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task From_a_repository(string way) => Play(way, async stage =>
    {
        await using var sources = await SourceServer.StartAsync(stage.World.Sandbox);
        var image = stage.Image();
        Task<CommandResult> Sh(string script) => stage.Run($"run --rm --network none {image} sh -c '{script}'");
        foreach (var (address, content) in new[]
        {
            (sources.Git, "two"), (sources.Http + "#other", "other"), (sources.Git + "#v1", "one"), ($"{sources.Git}#{await sources.CommitAsync("v1")}", "one"),
        })
        {
            (await stage.Run($"build -t {image} {address}")).Succeeds();
            (await Sh("cat /src/f /src/lib/l; stat -c %a /src/f /src/run /src/d; readlink /src/out")).Succeeds().Prints($"{content}\nlib\n644\n755\n755\n/etc");
        }

        (await stage.Run($"build -t {image} {sources.Git}#master:d/e")).Succeeds();
        (await Sh("cat /x")).Succeeds().Prints("deep");
        (await stage.Run($"build -t {image} -f d/e/Dockerfile {sources.Git}")).Fails().SaysSomewhere("x");
        (await stage.Run($"build {sources.Git}#nosuch")).Fails().SaysSomewhere("nosuch");
        (await stage.Run($"build -f Other {sources.Git}")).Fails().SaysSomewhere("Other");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task What_a_repository_must_not_do(string way) => Play(way, async stage =>
    {
        RequireGantryd(way);
        await using var sources = await SourceServer.StartAsync(stage.World.Sandbox);
        Task<CommandResult> Add(string words) => stage.Run("build -", input: $"FROM busybox\nADD {words} /a/\n");
        (await Add($"{sources.Git}#:out")).Fails();
        (await Add($"{sources.Git}#:up")).Fails();
        (await Add($"{sources.Git}#:nosuch")).Fails().SaysSomewhere("nosuch");
        (await Add($"{sources.Git}#:f")).Fails();
        (await Add($"{sources.Git}#--upload-pack=touch")).Fails().SaysSomewhere("invalid git reference");
        (await Add($"{sources.Git}#nosuch")).Fails().SaysSomewhere("does not contain ref nosuch");
        (await Add($"{sources.Git}#{new string('1', 40)}")).Fails().SaysSomewhere("does not contain commit");
        (await Add($"{sources.Git.Replace("app", "nosuch", StringComparison.Ordinal)}")).Fails().SaysSomewhere("failed to fetch remote");
        (await Add($"file://{sources.Root}/git/app.git")).Fails();
        (await Add($"{sources.Private}")).Fails().SaysSomewhere("GIT_AUTH_TOKEN");
        // A submodule of this machine's files.
        await sources.CommitAsync(".gitmodules", $"[submodule \"lib\"]\n\tpath = lib\n\turl = {sources.Root}/git/lib.git\n");
        (await Add(sources.Git)).Fails().SaysSomewhere("not allowed");
        (await Add(sources.Git + "?submodules=false")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Repositories_in_ADD(string way) => Play(way, async stage =>
    {
        RequireGantryd(way);
        await using var sources = await SourceServer.StartAsync(stage.World.Sandbox);
        var image = stage.Image();
        Task<CommandResult> Sh(string script) => stage.Run($"run --rm --network none {image} sh -c '{script}'");
        var first = await sources.CommitAsync("v1");
        var dockerfile = $"""
            FROM busybox
            ADD {sources.Git} /main
            ADD {sources.Git}#v1:d /directory/
            ADD {sources.Git}#:in /link
            ADD {sources.Dumb}?branch=other&submodules=1 /other
            ADD --checksum={first[..7]} --keep-git-dir=true {sources.Http}#v1 /kept
            ADD --chown=5:6 --exclude=d --exclude=lib {sources.Git}?tag=v1&checksum={first}&submodules=0 /owned
            """;
        (await stage.Run($"build -t {image} -", input: dockerfile)).Succeeds();
        (await Sh("cat /main/f /main/lib/l /other/f /other/lib/l /kept/f /kept/lib/l /owned/f; find /main /other -name .git")).Succeeds().Prints("two\nlib\nother\nlib\none\nlib\none");
        (await Sh("find /directory /link | sort; stat -c %u:%g /owned/f /main/f; test ! -e /owned/d && test ! -e /owned/lib && echo left out")).Succeeds()
            .Prints("/directory\n/directory/e\n/directory/e/Dockerfile\n/directory/e/x\n/link\n/link/Dockerfile\n/link/x\n5:6\n0:0\nleft out");
        // What is kept is a repository: with the tag, without a word of the daemon's files or hooks.
        (await Sh("cat /kept/.git/HEAD; cd /kept/.git; grep -r gantry . ; find . -name \"*.sample\" ; sed -n \"s/.*url = //p\" config | head -n 1")).Succeeds().Prints($"{first}\n{sources.Http}");
        (await Sh("ls /kept/.git/refs/tags /kept/.git/modules; cat /kept/lib/.git")).Succeeds().Prints("/kept/.git/modules:\nlib\n\n/kept/.git/refs/tags:\nv1\ngitdir: ../.git/modules/lib");
        // The same commit is not asked for again, and another one is.
        var before = (await stage.Run($"inspect -f '{{{{.Id}}}}' {image}")).Text;
        (await stage.Run($"build -q -t {image} -", input: dockerfile)).Succeeds().Prints(before);
        await sources.CommitAsync("f", "three\n");
        (await stage.Run($"build -t {image} -", input: dockerfile)).Succeeds();
        (await Sh("cat /main/f /other/f /kept/f")).Succeeds().Prints("three\nother\none");
        (await stage.Run("build -", input: $"FROM busybox\nADD --checksum={first} {sources.Git} /a\n")).Fails().SaysSomewhere("checksum mismatch");
        if (way == Way.GantryOnGantryd)
        {
            (await stage.Run("builder du --verbose")).Succeeds().Contains("git repository " + sources.Git);
            (await stage.Run("builder prune -f --filter type=source.git.checkout")).Succeeds();
            (await stage.Run("builder du --verbose")).Succeeds().Lacks("git repository");
            (await stage.Run($"build -q -t {image} -", input: dockerfile)).Succeeds();
        }
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Addresses_beside_a_context(string way) => Play(way, async stage =>
    {
        Assert.SkipUnless(way == Way.GantryOnGantryd, "options of gantry and its daemon");
        await using var sources = await SourceServer.StartAsync(stage.World.Sandbox);
        var image = stage.Image();
        Task<CommandResult> Sh(string script) => stage.Run($"run --rm --network none {image} sh -c '{script}'");
        await File.WriteAllTextAsync(Path.Combine(sources.Root, "page"), "a page\n");
        await File.WriteAllTextAsync(Path.Combine(stage.Directory, "Dockerfile"), "FROM busybox\nCOPY --from=repo f /f\nCOPY --from=page . /page/\nRUN --mount=from=repo,target=/m cat /m/lib/l > /l\n");
        (await stage.Run($"build -t {image} --build-context repo={sources.Git}#other --build-context page={sources.Web}/page {stage.Directory}")).Succeeds();
        (await Sh("cat /f /page/context /l")).Succeeds().Prints("other\na page\nlib");
        // A Dockerfile that is none of the repository.
        (await stage.Run($"build -t {image} -f - {sources.Git}#v1", input: "FROM busybox\nCOPY f /given\n")).Succeeds();
        (await Sh("cat /given")).Succeeds().Prints("one");
        await File.WriteAllTextAsync(Path.Combine(stage.Directory, "Local"), "FROM busybox\nCOPY f /local\n");
        (await stage.Run($"build -t {image} -f {stage.Directory}/Local {sources.Git}#v1")).Succeeds();
        (await Sh("cat /local")).Succeeds().Prints("one");
        (await stage.Run($"build -t {image} --build-arg BUILDKIT_CONTEXT_KEEP_GIT_DIR=1 {sources.Git}#v1")).Succeeds();
        (await Sh("cat /src/.git/HEAD")).Succeeds().Prints(await sources.CommitAsync("v1"));
        // With a secret, or a login in the address, which nobody reads afterwards.
        await File.WriteAllTextAsync(Path.Combine(stage.Directory, "token"), SourceServer.Token + "\n");
        (await stage.Run($"build -t {image} --secret id=GIT_AUTH_TOKEN,src={stage.Directory}/token {sources.Private}#v1")).Succeeds();
        (await Sh("cat /src/f")).Succeeds().Prints("one");
        var login = sources.Private.Replace("http://", $"http://x-access-token:{SourceServer.Token}@", StringComparison.Ordinal);
        var result = (await stage.Run($"build --progress plain -t {image} --build-arg BUILDKIT_CONTEXT_KEEP_GIT_DIR=1 {login}#other")).Succeeds();
        Assert.DoesNotContain(SourceServer.Token, result.Error, StringComparison.Ordinal);
        (await Sh($"cat /src/f; grep -r {SourceServer.Token} /src")).Prints("other");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task From_a_web_server(string way) => Play(way, async stage =>
    {
        await using var sources = await SourceServer.StartAsync(stage.World.Sandbox);
        var image = stage.Image();
        (await Command.RunAsync("bash", ["-ec", """
            cd "$1"; mkdir c; printf 'FROM busybox\nCOPY f /f\n' > c/Dockerfile; printf 'FROM busybox\nCOPY f /other\n' > c/Other; echo content > c/f
            tar -C c -cf c.tar . ; for form in gzip bzip2 xz; do $form -k c.tar; done
            printf 'FROM busybox\nRUN echo alone > /f\n' > page
            """, "bash", sources.Root])).Succeeds();
        foreach (var archive in (string[])["c.tar", "c.tar.gz", "c.tar.bz2", "c.tar.xz"])
        {
            (await stage.Run($"build -t {image} {sources.Web}/{archive}")).Succeeds();
            (await stage.Run($"run --rm --network none {image} cat /f")).Succeeds().Prints("content");
        }

        (await stage.Run($"build -t {image} -f Other {sources.Web}/c.tar.xz")).Succeeds();
        (await stage.Run($"run --rm --network none {image} cat /other")).Succeeds().Prints("content");
        (await stage.Run($"build -t {image} {sources.Web}/page")).Succeeds();
        (await stage.Run($"run --rm --network none {image} cat /f")).Succeeds().Prints("alone");
        (await stage.Run($"build {sources.Web}/nosuch")).Fails().SaysSomewhere("404");
        foreach (var form in (string[])["bz2", "xz"])
        {
            (await Command.RunAsync("sh", ["-c", $"DOCKER_HOST={stage.Engine.Address} GANTRY_HOST={stage.Engine.Address} {stage.Program} build -t {image} - < {sources.Root}/c.tar.{form}"])).Succeeds();
            (await stage.Run($"run --rm --network none {image} cat /f")).Succeeds().Prints("content");
        }
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Archives_in_ADD(string way) => Play(way, async stage =>
    {
        var image = stage.Image();
        (await Command.RunAsync("bash", ["-ec", """
            cd "$1"; mkdir c t; echo inside > t/in; for form in gz bz2 xz; do tar -C t -caf c/a.tar.$form in; done
            echo 'no archive' | xz > c/plain.xz
            printf 'FROM busybox\nADD a.tar.gz /gz\nADD a.tar.bz2 /bz2/\nADD a.tar.xz /xz/\nADD plain.xz /plain/\nCOPY a.tar.xz /copied/\n' > c/Dockerfile
            """, "bash", stage.Directory])).Succeeds();
        (await stage.Run($"build -t {image} {stage.Directory}/c")).Succeeds();
        (await stage.Run($"run --rm --network none {image} sh -c 'cat /gz/in /bz2/in /xz/in; ls /plain /copied'")).Succeeds().Prints("inside\ninside\ninside\n/copied:\na.tar.xz\n\n/plain:\nplain.xz");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Several_sources_in_one_ADD(string way) => Play(way, async stage =>
    {
        RequireGantryd(way);
        await using var sources = await SourceServer.StartAsync(stage.World.Sandbox);
        var image = stage.Image();
        (await Command.RunAsync("bash", ["-ec", """
            echo one > "$1/one"; echo two > "$1/two"; touch -d '2001-02-03 04:05:06Z' "$1/one"; mkdir "$2/c"; echo file > "$2/c/file"; echo late > "$2/c/two"; tar -C "$2/c" -czf "$1/c.tgz" file
            """, "bash", sources.Root, stage.Directory])).Succeeds();
        await File.WriteAllTextAsync(Path.Combine(stage.Directory, "c", "Dockerfile"), $"""
            FROM busybox
            ADD {sources.Web}/one {sources.Web}/two file two {sources.Git}#v1:d /all/
            ADD {sources.Web}/c.tgz /packed/
            ADD --unpack {sources.Web}/c.tgz /unpacked/
            """);
        (await stage.Run($"build -t {image} {stage.Directory}/c")).Succeeds();
        (await stage.Run($"run --rm --network none {image} sh -c 'cd /all; cat one two file e/x; stat -c %a:%Y one; stat -c %a two file; ls /packed; cat /unpacked/file'")).Succeeds()
            .Prints("one\nlate\nfile\ndeep\n600:981173106\n644\n644\nc.tgz\nfile");
        (await stage.Run($"inspect -f '{{{{len .RootFS.Layers}}}}' {image}")).Succeeds().Prints("4");
        // The content counts, not the time.
        var before = (await stage.Run($"inspect -f '{{{{.Id}}}}' {image}")).Text;
        (await Command.RunAsync("touch", [sources.Root + "/one"])).Succeeds();
        (await stage.Run($"build -q -t {image} {stage.Directory}/c")).Succeeds().Prints(before);
        await File.WriteAllTextAsync(Path.Combine(sources.Root, "one"), "changed, and longer\n");
        (await stage.Run($"build -t {image} {stage.Directory}/c")).Succeeds();
        (await stage.Run($"run --rm --network none {image} cat /all/one")).Succeeds().Prints("changed, and longer");
        if (way == Way.GantryOnGantryd)
        {
            (await stage.Run("builder du --verbose")).Succeeds().Contains($"download {sources.Web}/one");
            (await stage.Run("builder prune -f --filter type=source.http")).Succeeds();
            (await stage.Run("builder du --verbose")).Succeeds().Lacks("download ");
        }

        (await stage.Run("build -", input: $"FROM busybox\nADD {sources.Web}/one {sources.Web}/two /all\n")).Fails().SaysSomewhere("must be a directory");
        (await stage.Run("build -", input: $"FROM busybox\nADD --checksum=sha256:{new string('0', 64)} {sources.Web}/one /\n")).Fails().SaysSomewhere("digest mismatch");
    });
}
