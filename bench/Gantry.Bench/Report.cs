using System.Globalization;
using System.Text;
using Gantry.SystemTests.Infrastructure;

namespace Gantry.Bench;

/// <summary>Collects numbers and writes them as a table: each beside the other's, the ratio, the goal, and whether it holds.</summary>
internal sealed class Report
{
    private readonly List<Row> _rows = [];
    private readonly List<string> _failures = [];

    public int Failures => _failures.Count;

    /// <param name="limit">The goal as a number in the row's unit.</param>
    /// <param name="ratio">The goal as a part of the other's number.</param>
    /// <param name="atLeast">As <paramref name="ratio"/>, where more is better.</param>
    public void Add(string what, string who, double value, string unit, string goal, double? ratio = null, string against = "Docker", double? limit = null, double? atLeast = null)
    {
        var row = _rows.FirstOrDefault(r => r.What == what);
        if (row is null) _rows.Add(row = new Row(what, unit, goal, ratio, against, limit, atLeast, []));
        row.Values[who] = value;
    }

    public void Fail(string part, string message)
    {
        _failures.Add($"{part}: {message}");
        Console.Error.WriteLine($"{part} failed: {message}");
    }

    public async Task<string> WriteAsync()
    {
        var text = new StringBuilder();
        text.AppendLine("# Benchmarks").AppendLine();
        text.AppendLine("Made by `bench/Gantry.Bench`: both measured in turns in one run, medians of wall time, resident memory as the kernel counts it.");
        text.AppendLine("The machines are small and shared: compare within a row, not between runs.").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores, Linux {await OutputAsync("uname", "-r")}, {await OutputAsync("dockerd", "--version")}, {(await OutputAsync("docker", "--version"))} as its command line, {await OutputAsync("crun", "--version")}, {await OutputAsync("runc", "--version")}.").AppendLine();
        text.AppendLine("| | Gantry | Docker | ratio | goal | |").AppendLine("|---|---:|---:|---:|---|---|");
        foreach (var row in _rows)
        {
            var gantry = row.Values.TryGetValue("Gantry", out var g) ? g : double.NaN;
            var other = row.Values.TryGetValue(row.Against, out var o) ? o : double.NaN;
            var others = string.Join(", ", row.Values.Where(v => v.Key != "Gantry").Select(v => row.Against == "Docker" ? Show(v.Value, row.Unit) : $"{v.Key} {Show(v.Value, row.Unit)}"));
            var holds = row.Limit is { } limit ? gantry <= limit : row.AtLeast is { } least ? gantry / other >= least : gantry / other <= row.Ratio;
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.What} | {Show(gantry, row.Unit)} | {others} | {gantry / other:0.00} | {row.Goal} | {(double.IsNaN(gantry) ? "not measured" : holds ? "holds" : "not yet")} |");
        }

        foreach (var failure in _failures) text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Not measured: {failure.Split('\n')[0]}");
        return text.ToString();
    }

    private static string Show(double value, string unit) =>
        double.IsNaN(value) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{(value < 100 ? Math.Round(value, 1) : Math.Round(value))} {unit}");

    private static async Task<string> OutputAsync(string program, string argument) =>
        Programs.Find(program) is { } path ? (await Command.RunAsync(path, [argument])).Lines.FirstOrDefault() ?? "" : $"no {program}";

    private sealed record Row(string What, string Unit, string Goal, double? Ratio, string Against, double? Limit, double? AtLeast, Dictionary<string, double> Values);
}
