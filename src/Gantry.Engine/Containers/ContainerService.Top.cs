using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Gantry.Engine.Bundles;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Containers;

internal sealed partial class ContainerService
{
    public async Task<ContainerTopResponse> TopAsync(string container, string psArguments, CancellationToken cancellationToken)
    {
        var target = parts.Store.Get(container);
        switch (target.Record.State)
        {
            case { Running: false }:
                throw new ConflictException($"container {target.Id} is not running");
            case { Restarting: true }:
                throw new ConflictException($"Container {target.Id} is restarting, wait until the container is running");
        }

        var output = await RunPsAsync(psArguments.Length > 0 ? psArguments : "-ef", cancellationToken).ConfigureAwait(false);
        var answer = Select(output, CgroupControl.Processes(parts.Cgroups, CgroupLayout.PathOf(target.Record)));
        parts.Events.Publish(target, "top");
        return answer;
    }

    /// <summary>Of what ps says, the lines of these processes. The last column may hold spaces.</summary>
    internal static ContainerTopResponse Select(string output, IReadOnlySet<int> processes)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var titles = Fields(lines.Length > 0 ? lines[0] : "", int.MaxValue);
        var column = Array.IndexOf(titles, "PID");
        if (column < 0)
        {
            throw new InternalException("Couldn't find PID field in ps output");
        }

        var rows = new List<string[]>();
        foreach (var line in lines.Skip(1))
        {
            var fields = Fields(line, titles.Length);
            if (fields.Length > column && int.TryParse(fields[column], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && processes.Contains(pid))
            {
                rows.Add(fields);
            }
        }

        return new ContainerTopResponse { Titles = titles, Processes = [.. rows] };
    }

    private static string[] Fields(string line, int limit)
    {
        var all = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return all.Length <= limit ? all : [.. all[..(limit - 1)], string.Join(' ', all[(limit - 1)..])];
    }

    private static async Task<string> RunPsAsync(string arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("ps") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var ps = Process.Start(start)!;
            var errors = ps.StandardError.ReadToEndAsync(cancellationToken);
            var output = await ps.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await ps.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return ps.ExitCode == 0
                ? output
                : throw new InternalException($"ps: exit status {ps.ExitCode}: {(await errors.ConfigureAwait(false)).Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new InternalException($"ps cannot be run: {e.Message}", e);
        }
    }
}
