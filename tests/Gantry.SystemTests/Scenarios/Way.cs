namespace Gantry.SystemTests.Scenarios;

/// <summary>The ways a scenario runs: whose command line, against whose engine.</summary>
public static class Way
{
    public const string GantryOnGantryd = "gantry on gantryd";
    public const string DockerOnGantryd = "docker on gantryd";
    public const string GantryOnDockerd = "gantry on dockerd";
    public const string DockerOnDockerd = "docker on dockerd";

    /// <summary>Containers of dockerd's that gantry-runtime runs, in runc's place.</summary>
    public const string DockerOnDockerdOverRuntime = "docker on dockerd over gantry-runtime";

    /// <summary>The four that every scenario runs; GANTRY_TEST_WAYS, a comma-separated part of these, narrows a run.</summary>
    public static TheoryData<string> All => Wanted(GantryOnGantryd, DockerOnGantryd, GantryOnDockerd, DockerOnDockerd);

    public static TheoryData<string> AllAndOverRuntime => Wanted(GantryOnGantryd, DockerOnGantryd, GantryOnDockerd, DockerOnDockerd, DockerOnDockerdOverRuntime);

    private static TheoryData<string> Wanted(params string[] ways)
    {
        var wanted = Environment.GetEnvironmentVariable("GANTRY_TEST_WAYS")?.Split(',');
        return new(ways.Where(w => wanted is null || wanted.Contains(w)));
    }

    public static (string Program, string Engine) Parse(string way) =>
        way.Split(" on ") is [var program, var engine] ? (program, engine) : throw new ArgumentException(way);
}
