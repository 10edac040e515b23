using System.Buffers;
using System.Globalization;
using Gantry.Engine.Containers;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Validation;

/// <summary>What a container's own configuration must be.</summary>
internal static class ConfigRules
{
    private const long Millisecond = 1_000_000;
    private const int HostNameLimit = 64;
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");

    public static void Check(ContainerConfig config)
    {
        if (config.WorkingDir.Length > 0 && !config.WorkingDir.StartsWith('/'))
        {
            throw new InvalidArgumentException($"the working directory '{config.WorkingDir}' is invalid, it needs to be an absolute path");
        }

        if (config.StopSignal is { } signal)
        {
            SignalName.Parse(signal);
        }

        foreach (var variable in config.Env ?? [])
        {
            if (variable.Length == 0 || variable[0] == '=')
            {
                throw new InvalidArgumentException($"invalid environment variable: {variable}");
            }
        }

        CheckHostName(config.Hostname, "hostname");
        CheckHostName(config.Domainname, "domainname");
        foreach (var port in (config.ExposedPorts ?? []).Keys)
        {
            CheckPort(port);
        }

        CheckHealth(config.Healthcheck);
    }

    /// <summary><c>80</c>, <c>80/tcp</c> or a range <c>80-90/udp</c>.</summary>
    public static void CheckPort(string port)
    {
        var (numbers, protocol) = port.Split('/', 2) is [var left, var right] ? (left, right) : (port, "tcp");
        if (protocol.ToLowerInvariant() is not ("tcp" or "udp" or "sctp"))
        {
            throw new InvalidArgumentException($"invalid port specification \"{port}\": invalid proto: {protocol}");
        }

        foreach (var number in numbers.Split('-', 2))
        {
            if (!ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                throw new InvalidArgumentException($"invalid port specification: \"{port}\"");
            }
        }
    }

    private static void CheckHostName(string name, string what)
    {
        if (name.Length > HostNameLimit || name.AsSpan().ContainsAnyExcept(HostCharacters) || name.StartsWith('-'))
        {
            throw new InvalidArgumentException($"invalid {what}: {name}");
        }
    }

    private static void CheckHealth(HealthConfig? health)
    {
        if (health is null)
        {
            return;
        }

        if (health.Test is { Length: > 0 } test && test[0] is not ("NONE" or "CMD" or "CMD-SHELL"))
        {
            throw new InvalidArgumentException($"Unknown healthcheck type '{test[0]}' (expected 'CMD')");
        }

        foreach (var (name, value) in (ReadOnlySpan<(string, long)>)[
            ("Interval", health.Interval), ("Timeout", health.Timeout), ("StartPeriod", health.StartPeriod), ("StartInterval", health.StartInterval)])
        {
            if (value != 0 && value < Millisecond)
            {
                throw new InvalidArgumentException($"{name} in Healthcheck cannot be less than 1ms");
            }
        }

        if (health.Retries < 0)
        {
            throw new InvalidArgumentException("Retries in Healthcheck cannot be negative");
        }
    }
}
