namespace Gantry.SystemTests.Runtime;

/// <summary>Tests that say the same of every OCI runtime: what runc and crun agree on is what is right.</summary>
public abstract class RuntimeSuite(RuntimeWorld world)
{
    protected const string Ours = "gantry-runtime";

    /// <summary>GANTRY_TEST_RUNTIMES, a comma-separated part of these, narrows a run.</summary>
    public static TheoryData<string> Runtimes
    {
        get
        {
            var wanted = Environment.GetEnvironmentVariable("GANTRY_TEST_RUNTIMES")?.Split(',');
            return new(new[] { "runc", "crun", Ours }.Where(r => wanted is null || wanted.Contains(r)));
        }
    }

    private protected Task<OciContainer> ContainerAsync(string runtime) => world.ContainerAsync(runtime);
}
