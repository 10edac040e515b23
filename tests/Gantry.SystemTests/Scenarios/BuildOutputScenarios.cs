using System.Text;
using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>What is made of a build's result, where it goes, and for whom. Debian's Docker has none of it without BuildKit.</summary>
public sealed class BuildOutputScenarios(World world) : ScenarioSuite(world)
{
    private const string Dockerfile = """
        FROM busybox AS builder
        RUN mkdir /d && cd /d && echo "for $(uname -s)" > made && chmod 640 made && ln -s made link
        FROM scratch
        COPY --from=builder /d /
        CMD ["/made"]
        """;

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Files_and_archives(string way) => Play(way, async stage =>
    {
        OnlyGantry(way);
        var (image, context) = (stage.Image(), Context(stage, Dockerfile));
        (await stage.Run($"build -o {stage.Directory}/files {context}")).Succeeds();
        Assert.Equal("for Linux\n", await File.ReadAllTextAsync($"{stage.Directory}/files/made"));
        Assert.Equal("made", new FileInfo($"{stage.Directory}/files/link").LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode($"{stage.Directory}/files/made"));
        (await stage.Run($"build -q -t {image} --output type=tar,dest={stage.Directory}/files.tar --output type=oci,dest={stage.Directory}/oci.tar --output type=docker,dest={stage.Directory}/docker.tar {context}")).Succeeds();
        (await Command.RunAsync("tar", ["-tf", $"{stage.Directory}/files.tar"])).Succeeds().Prints("link\nmade");
        // What goes to the client is none of the daemon's.
        (await stage.Run($"images -q {image}")).Succeeds().Prints("");
        (await stage.Run($"load -i {stage.Directory}/oci.tar")).Succeeds().Contains($"Loaded image: {image}:latest");
        (await stage.Run($"inspect -f '{{{{json .Config.Cmd}}}}' {image}")).Succeeds().Prints("""["/made"]""");
        (await stage.Run($"rmi {image}")).Succeeds();
        (await stage.Run($"load -i {stage.Directory}/docker.tar")).Succeeds().Contains($"Loaded image: {image}:latest");
        (await stage.Run($"build --output type=nothing {context}")).Fails().SaysSomewhere("unknown output type nothing");
        (await stage.Run($"build --output type=oci,dest={stage.Directory}/no/where {context}")).Fails().SaysSomewhere("no such file or directory");
        (await stage.Run($"build --output type=tar,dest={stage.Directory}/broken.tar -f - {context}", input: "FROM busybox\nRUN exit 3\n")).Fails().SaysSomewhere("exit code: 3");
        Assert.Empty(Directory.GetFiles(stage.Directory, "*broken*"));
    });

    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Several_platforms(string way) => Play(way, async stage =>
    {
        OnlyGantry(way);
        var name = stage.Image("multi");
        var (image, context) = ($"{Registry.Address}/{name}", Context(stage, """
            FROM --platform=$BUILDPLATFORM busybox AS builder
            ARG TARGETARCH
            RUN echo "$TARGETARCH" > /made
            FROM scratch
            COPY --from=builder /made /
            """));
        (await stage.Run($"build --platform linux/amd64,linux/arm64 -t {image}:1 --push --metadata-file {stage.Directory}/metadata {context}")).Succeeds();
        var metadata = JsonDocument.Parse(await File.ReadAllTextAsync($"{stage.Directory}/metadata")).RootElement;
        (await stage.Run($"manifest inspect {image}:1")).Succeeds().Contains("\"arm64\"").Contains("\"amd64\"");
        (await stage.Run($"rmi {image}:1")).Succeeds();
        (await stage.Run($"pull --platform linux/arm64 {image}:1")).Succeeds().Contains(metadata.GetProperty("containerimage.digest").GetString()!);
        (await stage.Run($"inspect -f {{{{.Architecture}}}} {image}:1")).Succeeds().Prints("arm64");
        (await stage.Run($"build --platform linux/amd64,linux/arm64 -o {stage.Directory}/files {context}")).Succeeds();
        Assert.Equal("arm64\n", await File.ReadAllTextAsync($"{stage.Directory}/files/linux_arm64/made"));
        Assert.Equal("amd64\n", await File.ReadAllTextAsync($"{stage.Directory}/files/linux_amd64/made"));
        (await stage.Run($"rmi -f {image}:1")).Succeeds();
    });

    /// <summary>As buildx writes it: documents of vertexes, statuses, logs and warnings, one after the other, on standard error.</summary>
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task Progress_for_programs(string way) => Play(way, async stage =>
    {
        OnlyGantry(way);
        var text = (await stage.Run($"build --progress rawjson -t {stage.Image()} {Context(stage, "from busybox\nCOPY Dockerfile /\nRUN echo \"<said>\"\n")}")).Succeeds().Error;
        var documents = JsonDocument.Parse($"[{text.Trim().Replace("\n}\n{", "\n},{", StringComparison.Ordinal)}]").RootElement.EnumerateArray().ToList();
        List<JsonElement> All(string kind) => [.. documents.Where(one => one.TryGetProperty(kind, out _)).SelectMany(one => one.GetProperty(kind).EnumerateArray())];
        var run = All("vertexes").Last(one => one.GetProperty("name").GetString() == "[3/3] RUN echo \"<said>\"");
        Assert.True(run.GetProperty("started").GetDateTimeOffset() <= run.GetProperty("completed").GetDateTimeOffset());
        var copy = Assert.Single(run.GetProperty("inputs").EnumerateArray()).GetString();
        Assert.Contains(All("vertexes"), one => one.GetProperty("digest").GetString() == copy && one.GetProperty("name").GetString() == "[2/3] COPY Dockerfile /");
        var log = All("logs").First(one => one.GetProperty("vertex").GetString() == run.GetProperty("digest").GetString());
        Assert.Equal("<said>\n", Encoding.UTF8.GetString(log.GetProperty("data").GetBytesFromBase64()));
        Assert.Contains(All("statuses"), one => one.GetProperty("id").GetString() == "exporting layers" && one.GetProperty("current").GetInt64() == 0);
        Assert.StartsWith("ConsistentInstructionCasing", Encoding.UTF8.GetString(All("warnings")[0].GetProperty("short").GetBytesFromBase64()), StringComparison.Ordinal);
    });

    /// <summary>What the build adds is one layer: what one step makes and another removes is in none.</summary>
    [Theory, MemberData(nameof(Way.All), MemberType = typeof(Way))]
    public Task As_one_layer(string way) => Play(way, async stage =>
    {
        Assert.SkipUnless(way == Way.GantryOnGantryd, "Docker's command line and engine squash only where experimental features are on");
        var image = stage.Image();
        var context = Context(stage, """
            FROM busybox AS base
            RUN mkdir -p /kept/gone /remade && echo old > /kept/gone/a && echo old > /remade/old && echo old > /kept/replaced
            FROM base
            RUN echo secret > /secret && mkdir /new && echo one > /new/one && ln /new/one /new/linked && chown 12:34 /new/one
            RUN rm /secret && rm -r /kept/gone && rm -r /remade && mkdir -m 700 /remade && echo fresh > /remade/fresh
            RUN rm /kept/replaced && mkdir /kept/replaced && ln -s ../one /new/symbolic
            COPY Dockerfile /new/
            """);
        (await stage.Run($"build --squash -t {image} {context}")).Succeeds();
        (await stage.Run($"inspect -f '{{{{len .RootFS.Layers}}}}' {image} busybox")).Succeeds().Prints("2\n1");
        (await stage.Run($"history --format '{{{{.Comment}}}}' {image}")).Succeeds().Contains("squash");
        (await stage.Run($"run --rm --network none {image} sh -c 'cd / && find kept new remade secret 2>/dev/null | sort; stat -c \"%u:%g %h\" new/one; stat -c %a remade; readlink new/symbolic'")).Succeeds()
            .Prints("kept\nkept/replaced\nnew\nnew/Dockerfile\nnew/linked\nnew/one\nnew/symbolic\nremade\nremade/fresh\n12:34 2\n700\n../one");
        (await stage.Run($"save -o {stage.Directory}/saved.tar {image}")).Succeeds();
        // The name of an entry is followed by zeros.
        Assert.DoesNotContain("secret\0\0", Encoding.Latin1.GetString(await File.ReadAllBytesAsync($"{stage.Directory}/saved.tar")));
    });

    private static void OnlyGantry(string way) => Assert.SkipUnless(way == Way.GantryOnGantryd, "Docker's classic builder makes images of this daemon's only");

    private static string Context(Stage stage, string dockerfile)
    {
        var directory = Path.Combine(stage.Directory, "context");
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "Dockerfile"), dockerfile + "\n");
        return directory;
    }
}
