using System.Runtime.CompilerServices;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.SystemTests.Scenarios;

/// <summary>Runs a scenario with a Compose project of its own, which is taken down at the end.</summary>
public abstract class ComposeSuite(World world) : ScenarioSuite(world)
{
    public const string DockerCompose = "docker-compose on gantryd";

    public static TheoryData<string> Ways => new(Way.GantryOnGantryd, Way.GantryOnDockerd, DockerCompose);

    /// <summary>For what Debian's docker-compose is too old for.</summary>
    public static TheoryData<string> OwnWays => new(Way.GantryOnGantryd, Way.GantryOnDockerd);

    /// <summary>For what no other engine can.</summary>
    public static TheoryData<string> GantrydOnly => new(Way.GantryOnGantryd);

    protected Task Play(string way, Func<ComposeStage, Task> scenario, [CallerMemberName] string name = "") =>
        Play(way, async stage =>
        {
            await using var project = new ComposeStage(stage, way == DockerCompose);
            await scenario(project);
        }, name);
}
