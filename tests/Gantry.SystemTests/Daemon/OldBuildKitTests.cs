using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Daemon;

/// <summary>BuildKit as docker's command line spoke it before buildx: <c>DOCKER_BUILDKIT=1</c> of Debian's docker 20.10.</summary>
public sealed class OldBuildKitTests
{
    private const string OldDocker = "/usr/bin/docker";

    [Fact]
    public async Task Contexts_secrets_archives_files_and_failures()
    {
        Assert.SkipUnless(File.Exists(OldDocker), "Debian's docker.io is not installed");
        await using var stage = await DaemonStage.CreateAsync(_ => "{}");
        var context = Directory.CreateDirectory(Path.Combine(stage.Sandbox.Root, "context")).FullName;
        var secret = Path.Combine(stage.Sandbox.Root, "secret");
        await File.WriteAllTextAsync(secret, "hush", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(context, "f"), "hi", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(context, "Dockerfile"), "FROM busybox\nRUN --mount=type=secret,id=s test \"$(cat /run/secrets/s)\" = hush && echo told > /t\nCOPY f /f\nCMD cat /t /f\n", TestContext.Current.CancellationToken);
        Task<CommandResult> Shell(string script) => stage.Sandbox.RunAsync("env", "DOCKER_BUILDKIT=1", $"DOCKER_HOST={stage.Engine.Address}", $"DOCKER_CONFIG={stage.Engine.Home}", "sh", "-c", script);
        (await Shell($"{OldDocker} build --progress plain -t one --secret id=s,src={secret} {context}")).Succeeds().Says("[3/3] COPY f /f");
        (await stage.Docker("run --rm one")).Prints("told\nhi");
        (await Shell($"{OldDocker} build -q --secret id=s,src={secret} {context}")).Succeeds().Matches("^sha256:[0-9a-f]{64}$");
        (await Shell($"tar -C {context} -cf - . | {OldDocker} build --secret id=s,src={secret} -t two -")).Succeeds();
        (await Shell($"printf 'FROM busybox\\nRUN echo x > /y\\n' | {OldDocker} build -t three -")).Succeeds();
        (await Shell($"{OldDocker} build --secret id=s,src={secret} -o {stage.Sandbox.Root}/out {context} && cat {stage.Sandbox.Root}/out/t")).Prints("told");
        (await Shell($"printf 'FROM busybox\\nRUN exit 3\\n' | {OldDocker} build -")).Exits(1).Says("exit code: 3");
        (await Shell($"{OldDocker} build --no-cache --secret id=other,src={secret} {context}")).Exits(1);
        (await stage.Docker("image inspect --format {{.Os}} one two three")).Prints("linux\nlinux\nlinux");
    }
}
