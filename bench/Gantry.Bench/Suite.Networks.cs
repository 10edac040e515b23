using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
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
        foreach (var subject in subjects)
        {
            await RunAsync(subject, $"load -q -i {Path.Combine(Programs.Cache, "services.tar")}");
            await RunAsync(subject, "network create bench");
            await RunAsync(subject, "run -d --name server --network bench -p 5201:5201 services iperf3 -s");
            await RunAsync(subject, "run -d --name client --network bench services sleep 1000");
            var address = (await OutputAsync(subject, "inspect -f {{.NetworkSettings.Networks.bench.Gateway}} server")).Trim();
            var rates = new Dictionary<string, List<double>> { ["server"] = [], [address] = [], ["127.0.0.1"] = [] };
            for (var round = 0; round < 3; round++)
            {
                rates["server"].Add(Rate(await OutputAsync(subject, "exec client iperf3 -J -t 2 -c server")));
                foreach (var host in (string[])[address, "127.0.0.1"]) rates[host].Add(Rate((await sandbox.RunAsync("iperf3", "-J", "-t", "2", "-c", host)).Succeeds().Out));
            }

            report.Add("throughput, container to container", subject.Name, rates["server"].Max(), "Gbit/s", "Docker's", atLeast: 1);
            report.Add("throughput, host to a published port", subject.Name, rates[address].Max(), "Gbit/s", "Docker's", atLeast: 1);
            report.Add("throughput, 127.0.0.1 to a published port", subject.Name, rates["127.0.0.1"].Max(), "Gbit/s", "Docker's", atLeast: 1);
            await RunAsync(subject, "rm -f server client");
            await RunAsync(subject, "network rm bench");
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
            List<string> names = [];
            List<double> times = [];
            for (var i = 0; i < Crowd; i++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"crowd-{i}");
                names.Add(name);
                using var created = await subject.Engine.Http.PostAsync(new Uri($"containers/create?name={name}", UriKind.Relative), JsonContent.Create(new
                {
                    Image = "busybox",
                    Cmd = new[] { "sleep", "1000" },
                    HostConfig = new { NetworkMode = "crowd" },
                }));
                var clock = Stopwatch.StartNew();
                using var started = await subject.Engine.Http.PostAsync(new Uri($"containers/{name}/start", UriKind.Relative), null);
                times.Add(clock.Elapsed.TotalMilliseconds);
                if (!started.IsSuccessStatusCode) throw new CommandException($"{subject.Name}: {await started.Content.ReadAsStringAsync()}");
            }

            var (first, last) = (Median(times[..CrowdEdge]), Median(times[^CrowdEdge..]));
            report.Add($"start of one of the first {CrowdEdge} of {Crowd} on a network", subject.Name, first, "ms", "1/10 of Docker", 0.1);
            report.Add($"the last {CrowdEdge} of them", subject.Name, last, "ms", "a third more", limit: first * 4 / 3);
            var removal = Stopwatch.StartNew();
            await RunAsync(subject, "rm -f " + string.Join(' ', names));
            report.Add($"removal of {Crowd} running containers at once", subject.Name, removal.Elapsed.TotalMilliseconds, "ms", "Docker's time", 1);
            // Docker's endpoints may outlive their containers, and then it refuses.
            await Command.RunAsync(subject.Client, ["-H", subject.Engine.Address, "network", "rm", "crowd"]);
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
