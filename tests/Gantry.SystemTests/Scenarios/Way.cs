namespace Gantry.SystemTests.Scenarios;

/// <summary>The four ways a scenario runs: whose command line, against whose engine.</summary>
public static class Way
{
    public const string GantryOnGantryd = "gantry on gantryd";
    public const string DockerOnGantryd = "docker on gantryd";
    public const string GantryOnDockerd = "gantry on dockerd";
    public const string DockerOnDockerd = "docker on dockerd";

    /// <summary>GANTRY_TEST_WAYS, a comma-separated part of these, narrows a run.</summary>
    public static TheoryData<string> All
    {
        get
        {
            var wanted = Environment.GetEnvironmentVariable("GANTRY_TEST_WAYS")?.Split(',');
            return new(new[] { GantryOnGantryd, DockerOnGantryd, GantryOnDockerd, DockerOnDockerd }
                .Where(w => wanted is null || wanted.Contains(w)));
        }
    }

    public static (string Program, string Engine) Parse(string way) =>
        way.Split(" on ") is [var program, var engine] ? (program, engine) : throw new ArgumentException(way);
}
