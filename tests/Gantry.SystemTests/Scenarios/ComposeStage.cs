using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>A Compose project in a directory of its own.</summary>
public sealed class ComposeStage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly bool _isDockerCompose;

    public ComposeStage(Stage stage, bool isDockerCompose)
    {
        (Stage, _isDockerCompose) = (stage, isDockerCompose);
        Name = stage.Name("project");
        System.IO.Directory.CreateDirectory(Directory);
    }

    public Stage Stage { get; }

    public string Name { get; }

    public string Directory => Path.Combine(Stage.Directory, "app");

    public void Write(string path, string text)
    {
        var file = Path.Combine(Directory, path);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Runs a command of Compose for the project.</summary>
    public Task<CommandResult> Compose(string line, (string Key, string? Value)? environment = null)
    {
        return _isDockerCompose
            ? Stage.RunProgram("docker-compose", $"{Shared} {line}", Patience, environment)
            : Stage.Run($"compose {Shared} {line}", timeout: Patience, environment: environment);
    }

    /// <summary>Starts a command of our Compose that stays.</summary>
    public Session Start(string line) => Stage.Pipes($"compose {Shared} {line}");

    public async Task<CommandResult> InWeb(string line) => (await Compose($"exec -T web {line}")).Succeeds();

    /// <summary>Asks a container of the service web until the answer comes.</summary>
    public Task InWebBecomes(string line, string answer) => Stage.Until($"compose {Shared} exec -T web {line}", result => result.Text == answer);

    /// <summary>Asks for what the project's containers printed until it is that.</summary>
    public Task LogsBecome(string text) => Stage.Until($"compose {Shared} logs --no-log-prefix", result => result.Text == text);

    /// <summary>Asks from within the engine's network until the answer comes.</summary>
    public async Task Reaches(string line, string answer)
    {
        var limit = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            var result = await Stage.World.Sandbox.RunAsync([.. Command.Words(line)]);
            if (result.Text == answer) return;
            if (DateTime.UtcNow > limit) throw new CommandException($"{line} answered {result.Text} {result.Error}, not {answer}");
            await Task.Delay(100);
        }
    }

    /// <summary>The ids of the project's containers, sorted; a line each.</summary>
    public async Task<string> IdsAsync() => Sorted(await Stage.Run($"ps -q --no-trunc --filter label=com.docker.compose.project={Name}"));

    /// <summary>Those of a service.</summary>
    public async Task<string> IdAsync(string service) =>
        Sorted(await Stage.Run($"ps -q --no-trunc --filter label=com.docker.compose.project={Name} --filter label=com.docker.compose.service={service}"));

    public async ValueTask DisposeAsync()
    {
        var left = (await IdsAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (left.Length > 0) await Stage.Run($"rm -fv {string.Join(' ', left)}");
        foreach (var kind in (string[])["network", "volume"])
        {
            foreach (var id in (await Stage.Run($"{kind} ls -q --filter label=com.docker.compose.project={Name}")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                await Stage.Run($"{kind} rm {id}");
            }
        }
    }

    private string Shared => $"--project-directory {Directory} {Files()} -p {Name}";

    private string Files() => string.Join(' ', System.IO.Directory.EnumerateFiles(Directory, "*compose.y*ml").Select(file => $"-f {file}"));

    private static string Sorted(CommandResult result) => string.Join('\n', result.Succeeds().Text.Split('\n').Order(StringComparer.Ordinal));
}
