using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.Bench;

internal sealed partial class Suite
{
    private const int Crowd = 200;
    private const int CrowdEdge = 20;

    /// <summary>Debian's iperf3: from one container to another, and from the host to a published port, where Docker relays and where it does not.</summary>
    private async Task ThroughputAsync()
    {
        const int port = 5201;
        Dictionary<(string Subject, string Way), double> best = [];
        var gateways = new string[subjects.Count];
        for (var i = 0; i < subjects.Count; i++)
        {
            await RunAsync(subjects[i], $"load -q -i {Path.Combine(Programs.Cache, "services.tar")}");
            await RunAsync(subjects[i], "network create bench");
            await RunAsync(subjects[i], string.Create(CultureInfo.InvariantCulture, $"run -d --name server --network bench -p {port + i}:{port} services iperf3 -s"));
            await RunAsync(subjects[i], "run -d --name client --network bench services sleep 1000");
            gateways[i] = (await OutputAsync(subjects[i], "inspect -f {{.NetworkSettings.Networks.bench.Gateway}} server")).Trim();
        }

        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < subjects.Count; i++)
            {
                Best(i, "container to container", Rate(await OutputAsync(subjects[i], "exec client iperf3 -J -t 2 -c server")));
                foreach (var (way, address) in new[] { ("host to a published port", gateways[i]), ("127.0.0.1 to a published port", "127.0.0.1") })
                {
                    string[] words = ["iperf3", "-J", "-t", "2", "-p", (port + i).ToString(CultureInfo.InvariantCulture), "-c", address];
                    Best(i, way, Rate((await sandbox.RunAsync(words)).Succeeds().Out));
                }
            }
        }

        foreach (var ((subject, way), rate) in best) report.Add($"throughput, {way}", subject, rate, "Gbit/s", "Docker's", atLeast: 1);
        foreach (var subject in subjects)
        {
            await RunAsync(subject, "rm -f server client");
            await RunAsync(subject, "network rm bench");
        }

        void Best(int subject, string way, double rate)
        {
            var key = (subjects[subject].Name, way);
            best[key] = Math.Max(best.GetValueOrDefault(key), rate);
        }
    }

    private static double Rate(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble() / 1e9;
    }

    /// <summary>One after the other: what a container's start costs when many are there already.</summary>
    private async Task CrowdAsync()
    {
        foreach (var subject in subjects)
        {
            await RunAsync(subject, "network create crowd");
            List<string> ids = [];
            List<double> times = [];
            for (var i = 0; i < Crowd; i++)
            {
                ids.Add(await CreateAsync(subject, "crowd"));
                var clock = Stopwatch.StartNew();
                await StartAsync(subject, ids[^1]);
                times.Add(clock.Elapsed.TotalMilliseconds);
            }

            var (first, last) = (Stopwatchers.Median(times[..CrowdEdge]), Stopwatchers.Median(times[^CrowdEdge..]));
            report.Add($"start of one of the first {CrowdEdge} of {Crowd} on a network", subject.Name, first, "ms", "1/10 of Docker", 0.1);
            report.Add($"the last {CrowdEdge} of them", subject.Name, last, "ms", "a third more", limit: first * 4 / 3);
            await Task.Delay(2000);
            ReportCompanions(subject, "on a network");
            var removal = Stopwatch.StartNew();
            await RunAsync(subject, "rm -f " + string.Join(' ', ids));
            report.Add($"removal of {Crowd} running containers at once", subject.Name, removal.Elapsed.TotalMilliseconds, "ms", "Docker's time", 1);
            // Docker's endpoints may outlive their containers, and then it refuses.
            await Command.RunAsync(subject.Client, ["-H", subject.Engine.Address, "network", "rm", "crowd"]);
        }
    }
}
