using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Images built of Dockerfiles. Debian's Docker builds with its classic builder here: what is held is what both make.</summary>
public sealed class BuildScenarios(World world) : ScenarioSuite(world)
{
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task As_a_tutorial_has_it(string way) => Play(way, async stage =>
    {
        var (image, name) = (stage.Image("app"), stage.Name("run"));
        Write(stage, "app/Dockerfile", """
            # A service
            FROM busybox
            ENV GREETING="hello world" OTHER=x
            WORKDIR /srv/app
            COPY requirements.txt .
            RUN cat requirements.txt > installed && \
                # a comment between lines
                echo "$GREETING" >> installed
            COPY . .
            EXPOSE 8000
            CMD ["cat", "installed"]
            """);
        Write(stage, "app/requirements.txt", "flask\n");
        Write(stage, "app/sub/main.py", "print()\n");
        (await stage.Run($"build -t {image} {stage.Directory}/app")).Succeeds();
        (await stage.Run($"run --rm --network none {image}")).Succeeds().Prints("flask\nhello world");
        (await stage.Run($"run --rm --network none {image} sh -c 'pwd; ls; stat -c %u:%g:%a sub/main.py'")).Succeeds().Prints("/srv/app\nDockerfile\ninstalled\nrequirements.txt\nsub\n0:0:644");
        (await stage.Run($"inspect -f '{{{{json .Config.ExposedPorts}}}} {{{{.Config.WorkingDir}}}} {{{{json .Config.Cmd}}}} {{{{len .RootFS.Layers}}}}' {image}")).Succeeds().Prints("""{"8000/tcp":{}} /srv/app ["cat","installed"] 5""");
        var before = (await stage.Run($"inspect -f '{{{{.Id}}}}' {image}")).Text;
        // The same again is the same image; a file that comes late leaves what was before it.
        (await stage.Run($"build -q -t {image} {stage.Directory}/app")).Succeeds().Prints(before);
        Write(stage, "app/sub/main.py", "print(1)\n");
        var after = (await stage.Run($"build -q -t {image} {stage.Directory}/app")).Succeeds().Text;
        Assert.NotEqual(before, after);
        var layers = (await stage.Run($"inspect -f '{{{{json .RootFS.Layers}}}}' {before}")).Succeeds().Text.Split(',');
        Assert.Equal(layers[..4], (await stage.Run($"inspect -f '{{{{json .RootFS.Layers}}}}' {after}")).Succeeds().Text.Split(',')[..4]);
        (await stage.Run($"run --name {name} --network none {image} cat sub/main.py")).Succeeds().Prints("print(1)");
        (await stage.Run($"rmi -f {before}")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task In_stages(string way) => Play(way, async stage =>
    {
        var image = stage.Image();
        Write(stage, "Dockerfile", """
            ARG BASE=busybox
            FROM ${BASE} AS builder
            ARG VERSION=1
            RUN mkdir -p /out/bin && echo "version $VERSION" > /out/bin/tool && chown 12:34 /out/bin/tool && chmod 750 /out/bin/tool
            FROM builder AS tested
            RUN test -f /out/bin/tool && echo tested > /tested
            FROM busybox
            COPY --from=builder /out /opt
            COPY --from=tested /tested /
            COPY --from=tested / /all/
            ENTRYPOINT ["cat"]
            CMD ["/opt/bin/tool"]
            """);
        (await stage.Run($"build -t {image}:1 {stage.Directory}")).Succeeds();
        (await stage.Run($"run --rm --network none {image}:1")).Succeeds().Prints("version 1");
        (await stage.Run($"build -t {image}:2 --build-arg VERSION=2 {stage.Directory}")).Succeeds();
        (await stage.Run($"run --rm --network none {image}:2")).Succeeds().Prints("version 2");
        (await stage.Run($"run --rm --network none {image}:2 /tested /all/tested")).Succeeds().Prints("tested\ntested");
        (await stage.Run($"run --rm --network none --entrypoint stat {image}:2 -c %a /opt/bin/tool")).Succeeds().Prints("750");
        (await stage.Run($"build -t {image}:builder --target builder {stage.Directory}")).Succeeds();
        (await stage.Run($"run --rm --network none {image}:builder ls /out/bin")).Succeeds().Prints("tool");
        (await stage.Run($"build --target nosuch {stage.Directory}")).Fails().SaysSomewhere("nosuch");
        (await stage.Run($"rmi -f {image}:1 {image}:2 {image}:builder")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task What_an_image_says_of_itself(string way) => Play(way, async stage =>
    {
        var (image, child) = (stage.Image(), stage.Image("child"));
        Write(stage, "Dockerfile", """
            FROM busybox
            ARG NAME=world
            ENV PATH_ONE=/one PATH_TWO=${PATH_ONE:-/none}/two NAME="$NAME"
            LABEL a=b "c d"="e f" multi="one \
            two"
            USER 1000:1000
            VOLUME /data /more
            VOLUME ["/json"]
            EXPOSE 80 443/tcp 53/udp 8000-8002
            STOPSIGNAL SIGINT
            HEALTHCHECK --interval=5s --timeout=3s --retries=2 CMD wget -q http://localhost || exit 1
            SHELL ["/bin/sh", "-ec"]
            ONBUILD RUN echo triggered > /tmp/triggered
            CMD echo "shell form"
            """);
        (await stage.Run($"build -t {image} --label from=command {stage.Directory}")).Succeeds();
        const string format = "{{json .Config.Env}} {{json .Config.Labels}} {{.Config.User}} {{json .Config.ExposedPorts}} {{.Config.StopSignal}} {{json .Config.Healthcheck}} {{json .Config.Shell}} {{json .Config.OnBuild}} {{json .Config.Cmd}}";
        (await stage.Run($"inspect -f '{format}' {image}")).Succeeds()
            .Contains("\"PATH_ONE=/one\",\"PATH_TWO=/none/two\",\"NAME=world\"")
            .Contains("\"a\":\"b\"").Contains("\"c d\":\"e f\"").Contains("\"multi\":\"one two\"").Contains("\"from\":\"command\"")
            .Contains(" 1000:1000 ").Contains("\"53/udp\":{}").Contains("\"8001/tcp\":{}").Contains(" SIGINT ")
            .Contains("""{"Test":["CMD-SHELL","wget -q http://localhost || exit 1"],"Interval":5000000000,"Timeout":3000000000,"Retries":2}""")
            .Contains("""["/bin/sh","-ec"] ["RUN echo triggered > /tmp/triggered"] ["/bin/sh","-ec","echo \"shell form\""]""");
        (await stage.Run($"run --rm --network none {image}")).Succeeds().Prints("shell form");
        (await stage.Run($"history --no-trunc --format '{{{{.CreatedBy}}}}' {image}")).Succeeds().Contains("STOPSIGNAL SIGINT").Contains("ENV PATH_ONE=/one");
        (await stage.Run($"build -t {child} -", input: $"FROM {image}\nENTRYPOINT [\"cat\"]\n")).Succeeds();
        (await stage.Run($"run --rm --network none {child} /tmp/triggered")).Succeeds().Prints("triggered");
        (await stage.Run($"inspect -f '{{{{json .Config.OnBuild}}}} {{{{json .Config.Cmd}}}}' {child}")).Succeeds().Matches("^(null|\\[\\]) (null|\\[\\])$");
        (await stage.Run($"rmi -f {child}")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Files_from_the_context(string way) => Play(way, async stage =>
    {
        var image = stage.Image();
        Write(stage, "c/.dockerignore", "# not these\n*.log\n!keep.log\n**/secret\nbuild\n!build/wanted\n");
        foreach (var file in (string[])["a.txt", "b.txt", "c.md", "x.log", "keep.log", "d/secret", "d/e/secret", "d/e/f", "build/no", "build/wanted"]) Write(stage, "c/" + file, file);
        File.CreateSymbolicLink(Path.Combine(stage.Directory, "c", "link"), "a.txt");
        File.CreateSymbolicLink(Path.Combine(stage.Directory, "c", "dirlink"), "d");
        (await Command.RunAsync("sh", ["-c", $"cd {stage.Directory}/c && chmod 751 b.txt && mkdir t && echo inside > t/in && tar -czf archive.tar.gz -C t in && rm -r t"])).Succeeds();
        Write(stage, "c/Dockerfile", """
            FROM busybox
            RUN mkdir /there && ln -s /there /linked && mkdir -p /etc && echo someone:x:77:77::/:/bin/sh >> /etc/passwd && echo someone:x:77: >> /etc/group
            COPY *.txt /all/
            COPY a.txt /renamed
            COPY a.txt /made/
            COPY d /d
            COPY d/ /linked
            COPY link /followed
            COPY . /whole
            COPY --chown=someone:someone a.txt /owned
            COPY --chown=5 a.txt /numbered
            ADD archive.tar.gz /unpacked/
            COPY archive.tar.gz /packed/
            COPY ["a.txt", "/with blank/"]
            """);
        (await stage.Run($"build -t {image} {stage.Directory}/c")).Succeeds();
        Task<CommandResult> Sh(string script) => stage.Run($"run --rm --network none {image} sh -c '{script}'");
        (await Sh("cd /all && ls; cat /renamed /made/a.txt; stat -c %a /all/b.txt")).Succeeds().Prints("a.txt\nb.txt\na.txta.txt751");
        (await Sh("find /d /there /whole | sort")).Succeeds().Prints("""
            /d
            /d/e
            /d/e/f
            /there
            /there/e
            /there/e/f
            /whole
            /whole/.dockerignore
            /whole/Dockerfile
            /whole/a.txt
            /whole/archive.tar.gz
            /whole/b.txt
            /whole/build
            /whole/build/wanted
            /whole/c.md
            /whole/d
            /whole/d/e
            /whole/d/e/f
            /whole/dirlink
            /whole/keep.log
            /whole/link
            """);
        (await Sh("cat /followed; readlink /whole/link; readlink /whole/dirlink; test -L /followed || echo file")).Succeeds().Prints("a.txta.txt\nd\nfile");
        (await Sh("stat -c %u:%g /owned /numbered /renamed /d/e")).Succeeds().Prints("77:77\n5:5\n0:0\n0:0");
        (await Sh("cat /unpacked/in; ls /packed; ls \"/with blank\"")).Succeeds().Prints("inside\narchive.tar.gz\na.txt");
        // Nothing leads out of the context.
        File.CreateSymbolicLink(Path.Combine(stage.Directory, "c", "out"), "/etc/passwd");
        Write(stage, "c/Out.Dockerfile", "FROM busybox\nCOPY out /stolen\n");
        (await stage.Run($"build -f {stage.Directory}/c/Out.Dockerfile {stage.Directory}/c")).Fails();
        Write(stage, "c/Up.Dockerfile", "FROM busybox\nCOPY ../c/a.txt /a\n");
        await stage.Run($"build -f {stage.Directory}/c/Up.Dockerfile {stage.Directory}/c");
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task From_standard_input(string way) => Play(way, async stage =>
    {
        var image = stage.Image();
        (await stage.Run($"build -t {image} -", input: "FROM busybox\nRUN echo no context > /said\n")).Succeeds();
        (await stage.Run($"run --rm --network none {image} cat /said")).Succeeds().Prints("no context");
        Write(stage, "c/file", "content");
        (await stage.Run($"build -t {image} -f - {stage.Directory}/c", input: "FROM busybox\nCOPY file /file\nRUN test ! -e /Dockerfile\n")).Succeeds();
        (await stage.Run($"run --rm --network none {image} cat /file")).Succeeds().Prints("content");
        Write(stage, "c/Other", "FROM busybox\nCOPY file /other\n");
        var archived = await Command.RunAsync("sh", ["-c", $"tar -cz -C {stage.Directory}/c . | DOCKER_HOST={stage.Engine.Address} GANTRY_HOST={stage.Engine.Address} {stage.Program} build -t {image} -f Other -"]);
        archived.Succeeds();
        (await stage.Run($"run --rm --network none {image} cat /other")).Succeeds().Prints("content");
        var built = (await stage.Run($"build --iidfile {stage.Directory}/id -q {stage.Directory}/c -f {stage.Directory}/c/Other")).Succeeds().Matches("^sha256:[0-9a-f]{64}$").Text;
        Assert.Equal(built, (await File.ReadAllTextAsync(Path.Combine(stage.Directory, "id"))).Trim());
        (await stage.Run($"run --rm --network none {built} cat /other")).Succeeds().Prints("content");
        (await stage.Run($"rmi -f {built}")).Succeeds();
    });

    /// <summary>As Docker's classic builder does, and clients that build upon what they just built (docker-api of Ruby).</summary>
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task From_an_image_by_its_id(string way) => Play(way, async stage =>
    {
        var (first, second) = (stage.Image(), stage.Image());
        (await stage.Run($"build -q -t {first} -", input: "FROM busybox\nRUN echo first > /first\n")).Succeeds();
        var id = (await stage.Run($"inspect -f '{{{{.Id}}}}' {first}")).Text;
        foreach (var name in (string[])[id, id["sha256:".Length..], id["sha256:".Length..][..12]])
        {
            (await stage.Run($"build -q -t {second} -", input: $"FROM {name}\nRUN cat /first > /second\nCOPY --from={first} /first /third\n")).Succeeds();
            (await stage.Run($"run --rm --network none {second} cat /second /third")).Succeeds().Prints("first\nfirst");
        }

        (await stage.Run($"rmi -f {second} {first}")).Succeeds();
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task What_cannot_be_built(string way) => Play(way, async stage =>
    {
        Task<CommandResult> Build(string dockerfile, string options = "") => stage.Run($"build {options} -", input: dockerfile);
        (await Build("FROM busybox\nRUN echo before; exit 42\n")).Fails().SaysSomewhere("42").SaysSomewhere("before");
        (await Build("FROM busybox\nRUNN true\n")).Fails().SaysSomewhere("unknown instruction: RUNN");
        (await Build("RUN true\n")).Fails().SaysSomewhere("no build stage in current context");
        (await Build("FROM\n")).Fails().SaysSomewhere("FROM requires either one or three arguments");
        (await Build("FROM busybox\nCOPY nosuch /\n")).Fails().SaysSomewhere("nosuch");
        (await Build("FROM busybox\nCOPY one\n")).Fails().SaysSomewhere("COPY requires at least two arguments");
        (await Build("FROM busybox\nRUN --nosuch=1 true\n")).Fails().SaysSomewhere("nosuch");
        (await Build("FROM Bad_Name:?\n")).Fails().SaysSomewhere("invalid reference format");
        (await Build("FROM busybox\nENV A\n")).Fails().SaysSomewhere("ENV must have two arguments");
        (await Build("FROM busybox\nEXPOSE nonsense\n")).Fails().SaysSomewhere("nonsense");
        (await Build("FROM busybox\n", "-t BAD:tag:x")).Fails().SaysSomewhere("invalid");
        (await stage.Run($"build {stage.Directory}/nosuch")).Fails().SaysSomewhere("nosuch");
        (await stage.Run($"build {stage.Directory}")).Fails().SaysSomewhere("Dockerfile");
        (await stage.Run("build")).Fails().SaysSomewhere("requires");
        // A failed build leaves nothing behind that is listed.
        (await stage.Run("images -q --filter dangling=true --filter label=nothing")).Succeeds().Prints("");
    });

    private static void Write(Stage stage, string name, string content)
    {
        var path = Path.Combine(stage.Directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content.EndsWith('\n') || !name.Contains("Dockerfile", StringComparison.Ordinal) ? content : content + "\n");
    }
}
