using Gantry.Engine.Logs.Drivers;
using Gantry.Spec;

namespace Gantry.Server.Configuration;

/// <summary>The daemon's own few flags.</summary>
internal static class CommandLine
{
    private const string ConfigFile = "config-file";

    /// <exception cref="InvalidArgumentException">A flag or a setting is unknown, wrong, or given twice.</exception>
    public static DaemonOptions Parse(IReadOnlyList<string> arguments)
    {
        var flags = new List<(DaemonSetting Setting, string Value)>();
        string? file = null;
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = Split(arguments[i]);
            if (name == ConfigFile)
            {
                file = value ?? Next(arguments, ref i);
                continue;
            }

            var setting = DaemonSetting.All.FirstOrDefault(candidate => candidate.Flag == name || candidate.Short?.ToString() == name)
                ?? throw new InvalidArgumentException($"unknown flag: {arguments[i]} (gantryd --help lists all)");
            flags.Add((setting, value ?? (setting.Value is null ? "true" : Next(arguments, ref i))));
        }

        var options = flags.Aggregate(new DaemonOptions(), (current, flag) => flag.Setting.Apply(current, flag.Value));
        foreach (var (key, value) in FromFile(file))
        {
            var setting = DaemonSetting.ByKey[key];
            if (flags.Exists(flag => flag.Setting == setting))
            {
                throw new InvalidArgumentException($"{setting.Flag} is given both as a flag and in the configuration file as \"{key}\"");
            }

            options = setting.Apply(options, value);
        }

        CheckLog(options);
        options.Runtimes.Check();
        return options with
        {
            Hosts = options.Hosts.Count > 0
                ? [.. options.Hosts.Select(host => host.WithPort(options.Tls.IsOn))]
                : [HostAddress.Parse("unix://" + Path.Combine(options.ExecRoot, "gantry.sock"))],
        };
    }

    private static void CheckLog(DaemonOptions options)
    {
        try
        {
            LogDrivers.Check(options.LogConfig);
        }
        catch (InvalidArgumentException e)
        {
            throw new InvalidArgumentException($"failed to set log opts: {e.Message}", e);
        }
    }

    public static string Help()
    {
        var lines = DaemonSetting.All.Where(setting => !setting.IsSettled).Select(setting => (
            Flag: (setting.Short is { } letter ? $"  -{letter}, " : "      ") + $"--{setting.Flag}" + (setting.Value is { } value ? $" <{value}>" : ""),
            setting.Help));
        lines = lines.Append(($"      --{ConfigFile} <file>", $"Settings in JSON (default {DaemonJson.DefaultPath}, if there is one)"));
        return "Usage: gantryd [flags]\n\nThe Gantry daemon: containers and images behind Docker's Engine API.\n\n"
            + string.Join('\n', lines.Select(line => $"{line.Flag,-40} {line.Help}")) + "\n";
    }

    private static IReadOnlyList<KeyValuePair<string, string>> FromFile(string? file) =>
        file is not null ? DaemonJson.Read(file) : File.Exists(DaemonJson.DefaultPath) ? DaemonJson.Read(DaemonJson.DefaultPath) : [];

    private static (string Name, string? Value) Split(string argument)
    {
        if (argument.StartsWith("--", StringComparison.Ordinal))
        {
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            return equals < 0 ? (argument[2..], null) : (argument[2..equals], argument[(equals + 1)..]);
        }

        return argument is ['-', _, ..]
            ? (argument[1..2], argument.Length > 2 ? argument[2..].TrimStart('=') : null)
            : throw new InvalidArgumentException($"unexpected argument \"{argument}\"");
    }

    private static string Next(IReadOnlyList<string> arguments, ref int i) =>
        ++i < arguments.Count ? arguments[i] : throw new InvalidArgumentException($"flag needs a value: {arguments[i - 1]}");
}
