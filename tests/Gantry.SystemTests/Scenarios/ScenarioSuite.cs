using System.Runtime.CompilerServices;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Runs a scenario on one way, with the daemon's log in the message when it fails.</summary>
public abstract class ScenarioSuite(World world, NetworkWorld? networks = null)
{
    protected async Task Play(string way, Func<Stage, Task> scenario, [CallerMemberName] string name = "")
    {
        var (program, engineName) = Way.Parse(way);
        var engine = networks is null ? await world.EngineAsync(engineName) : await networks.EngineAsync(engineName);
        var reason = Differences.Reason(name, way);
        await using var stage = new Stage(world, engine, program);
        try
        {
            await scenario(stage);
        }
        catch (Exception e) when (reason is not null && e is not OperationCanceledException)
        {
            Assert.Skip($"known difference: {reason}");
        }
        catch (CommandException e)
        {
            throw new CommandException($"{e.Message}\n--- {engine.Name}'s log:\n{engine.Log(25)}");
        }

        if (reason is not null) Assert.Fail($"no longer differs on \"{way}\": take {name} out of differences.md");
    }

    protected static void RequireGantryd(string way) =>
        Assert.SkipWhen(way.EndsWith("on dockerd", StringComparison.Ordinal), "Debian's dockerd is too old for it, or does not have it");
}
