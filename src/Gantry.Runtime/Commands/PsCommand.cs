using System.Globalization;
using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Poll;
using Gantry.Linux.Processes;
using Gantry.Spec;

namespace Gantry.Runtime.Commands;

/// <summary><c>ps</c>: the processes of a container, by their numbers on the host.</summary>
internal static class PsCommand
{
    private static readonly string[] Default = ["-ef"];

    public static int Run(GlobalOptions options, Arguments arguments)
    {
        var json = false;
        while (arguments.NextOption(stopAtOperand: true) is { } option)
        {
            json = option is "format" or "f" ? Format.IsJson("ps", arguments.Value(option)) : throw arguments.Unknown(option);
        }

        var id = arguments.Id(most: int.MaxValue);
        var processes = ContainerDirectory.Open(options, id).ReadState().Cgroup.Processes();
        Descriptors.Write(1, json ? $"[{string.Join(',', processes)}]\n" : Table(processes, arguments.Operands.Skip(1)));
        return 0;
    }

    /// <summary>What ps(1) says, in the lines of these processes.</summary>
    private static string Table(IReadOnlyList<int> processes, IEnumerable<string> given)
    {
        string[] words = given.Any() ? [.. given] : Default;
        using var output = MemoryFile.Create("ps");
        if (TryRun(words, output) is not { } code)
        {
            return "PID\n" + string.Concat(processes.Select(p => p.ToString(CultureInfo.InvariantCulture) + "\n"));
        }

        var lines = Encoding.UTF8.GetString(MemoryFile.ReadAll(output)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (code != 0)
        {
            throw new InvalidArgumentException($"ps: {string.Join(' ', words)}: {string.Join(' ', lines)}");
        }

        var column = lines.Length == 0 ? -1 : Array.IndexOf(Fields(lines[0]), "PID");
        if (column < 0)
        {
            throw new InvalidArgumentException($"ps: {string.Join(' ', words)}: it shows no column PID");
        }

        return string.Concat(lines.Where((line, row) => row == 0 || IsOf(line, column, processes)).Select(l => l + "\n"));
    }

    /// <summary>The exit code of ps(1); null when there is none on this machine.</summary>
    private static int? TryRun(string[] words, FileDescriptor output)
    {
        try
        {
            using var process = PidFd.Open(ProcessSpawner.Spawn(new()
            {
                Program = "/usr/bin/ps", Arguments = ["ps", .. words], Environment = ["LC_ALL=C", "COLUMNS=4096"], Descriptors = [new(output, 1), new(output, 2)],
            }));
            return process.Wait().Code;
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    private static bool IsOf(string line, int column, IReadOnlyList<int> processes) =>
        Fields(line) is var fields && fields.Length > column && int.TryParse(fields[column], CultureInfo.InvariantCulture, out var pid) && processes.Contains(pid);

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
