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

    private static void OnlyGantry(string way) => Assert.SkipUnless(way == Way.GantryOnGantryd, "Docker's classic builder makes images of this daemon's only");

    private static string Context(Stage stage, string dockerfile)
    {
        var directory = Path.Combine(stage.Directory, "context");
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "Dockerfile"), dockerfile + "\n");
        return directory;
    }
}
