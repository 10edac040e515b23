using Gantry.SystemTests.Infrastructure;

namespace Gantry.Bench;

/// <summary>
/// Measures Gantry beside Debian's Docker, in turns and in one run: the machine's noise falls on both.
/// <c>Gantry.Bench [--rounds N] [--only PART] [--out FILE]</c>; the table goes to docs/benchmarks.md unless said otherwise.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var rounds = int.Parse(Option(args, "--rounds") ?? "6", System.Globalization.CultureInfo.InvariantCulture);
        var only = Option(args, "--only");
        var report = new Report();
        foreach (var program in (string[])["hyperfine", "iperf3", "unshare", "nsenter", "tini"])
        {
            if (Programs.Find(program) is not null) continue;
            await Console.Error.WriteLineAsync($"needs {program} (./test.sh installs it)");
            return 1;
        }

        await using (var sandbox = await Sandbox.CreateAsync())
        {
            await using var registry = new Registry(sandbox);
            await registry.StartAsync();
            await registry.FillAsync("busybox.tar", "busybox:latest", oci: true);
            List<Subject> subjects = [];
            if (File.Exists(Programs.Gantryd)) subjects.Add(new Subject("Gantry", Programs.Gantry, Engine.Gantryd(sandbox), "gantry-runtime"));
            if (Programs.Find("dockerd") is not null) subjects.Add(new Subject("Docker", Programs.Find("docker")!, Engine.NetworkedDockerd(sandbox), "containerd-shim"));
            try
            {
                foreach (var subject in subjects) await subject.Engine.StartAsync();
                var suite = new Suite(sandbox, registry, subjects, report, rounds);
                await suite.PrepareAsync();
                foreach (var (name, part) in suite.Parts)
                {
                    if (only is not null && !name.Contains(only, StringComparison.Ordinal)) continue;
                    await Console.Error.WriteLineAsync($"measuring {name}");
                    try
                    {
                        await part();
                    }
                    catch (Exception e) when (e is CommandException or HttpRequestException or TaskCanceledException)
                    {
                        report.Fail(name, e.Message);
                    }
                }
            }
            finally
            {
                foreach (var subject in subjects) await subject.Engine.DisposeAsync();
            }
        }

        var text = await report.WriteAsync();
        Console.WriteLine(text);
        if (only is null || Option(args, "--out") is not null)
        {
            await File.WriteAllTextAsync(Option(args, "--out") ?? Path.Combine(Programs.Repository, "docs", "benchmarks.md"), text);
        }

        return report.Failures;
    }

    private static string? Option(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
}

/// <summary>One product: its command line, its engine, and what the process beside each container is called.</summary>
internal sealed record Subject(string Name, string Client, Engine Engine, string Companion)
{
    public string Command(string line) => $"{Client} -H {Engine.Address} {line}";
}
