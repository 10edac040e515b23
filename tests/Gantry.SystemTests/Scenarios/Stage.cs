using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>One scenario on its way: runs commands of the chosen program against the chosen engine, and clears up.</summary>
public sealed class Stage : IAsyncDisposable
{
    private static int s_count;
    private readonly Dictionary<string, string?> _environment;
    private readonly List<string> _containers = [];
    private readonly List<string> _images = [];
    private readonly List<string> _networks = [];
    private readonly List<string> _volumes = [];
    private readonly int _number = Interlocked.Increment(ref s_count);

    public Stage(World world, Engine engine, string program)
    {
        (World, Engine, Program) = (world, engine, program == "gantry" ? Programs.Gantry : "docker");
        Directory = Path.Combine(engine.Home, $"stage{_number}");
        System.IO.Directory.CreateDirectory(Directory);
        _environment = new()
        {
            ["DOCKER_HOST"] = engine.Address,
            ["GANTRY_HOST"] = engine.Address,
            ["DOCKER_CONFIG"] = Path.Combine(Directory, "config"),
            ["HOME"] = Directory,
            ["NO_COLOR"] = "1",
        };
    }

    public World World { get; }

    public Engine Engine { get; }

    public string Program { get; }

    /// <summary>For files of this scenario; both engines see it under the same path.</summary>
    public string Directory { get; }

    /// <summary>A container name of this scenario; what is left under it goes at the end.</summary>
    public string Name(string suffix = "c")
    {
        var name = $"s{_number}-{suffix}";
        if (!_containers.Contains(name)) _containers.Add(name);
        return name;
    }

    /// <summary>An image name of this scenario.</summary>
    public string Image(string suffix = "i")
    {
        var name = $"s{_number}-{suffix}";
        if (!_images.Contains(name)) _images.Add(name);
        return name;
    }

    /// <summary>A network name of this scenario.</summary>
    public string Network(string suffix = "n")
    {
        var name = $"s{_number}-{suffix}";
        if (!_networks.Contains(name)) _networks.Add(name);
        return name;
    }

    /// <summary>A volume name of this scenario.</summary>
    public string Volume(string suffix = "v")
    {
        var name = $"s{_number}-{suffix}";
        if (!_volumes.Contains(name)) _volumes.Add(name);
        return name;
    }

    public Task<CommandResult> Run(string line, string? input = null, TimeSpan? timeout = null, (string Key, string? Value)? environment = null) =>
        RunProgram(Program, line, timeout, environment, input);

    /// <summary>Runs another program for the same engine.</summary>
    public Task<CommandResult> RunProgram(string program, string line, TimeSpan? timeout = null, (string Key, string? Value)? environment = null, string? input = null)
    {
        var all = new Dictionary<string, string?>(_environment);
        if (environment is { } extra) all[extra.Key] = extra.Value;
        return Command.RunAsync(program, Command.Words(line), all, input, timeout);
    }

    public Session Pipes(string line) => Session.OnPipes(Program, Command.Words(line), _environment);

    public Session Terminal(string line) => Session.OnTerminal(Program, Command.Words(line), _environment);

    /// <summary>Asks until the answer is as wanted.</summary>
    public async Task<CommandResult> Until(string line, Func<CommandResult, bool> wanted, int seconds = 30)
    {
        var limit = DateTime.UtcNow.AddSeconds(seconds);
        while (true)
        {
            var result = await Run(line);
            if (wanted(result)) return result;
            if (DateTime.UtcNow > limit)
            {
                throw new CommandException($"{result.Command}\nnot as wanted after {seconds} s\nexit code {result.ExitCode}\nstdout: {result.Out}\nstderr: {result.Error}");
            }

            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_containers.Count > 0) await Command.RunAsync("docker", ["rm", "-fv", .. _containers], _environment);
        if (_networks.Count > 0) await Command.RunAsync("docker", ["network", "rm", .. _networks], _environment);
        if (_volumes.Count > 0) await Command.RunAsync("docker", ["volume", "rm", "-f", .. _volumes], _environment);
        if (_images.Count > 0) await Command.RunAsync("docker", ["rmi", "-f", .. _images], _environment);
    }
}
