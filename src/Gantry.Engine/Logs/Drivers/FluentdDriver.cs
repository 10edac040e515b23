using Gantry.Engine.Containers;
using Gantry.Runtime.Monitor.Logs;
using Gantry.Spec;

namespace Gantry.Engine.Logs.Drivers;

internal sealed class FluentdDriver : RemoteLogDriver
{
    private const string DefaultHost = "127.0.0.1";
    private const int DefaultPort = 24224;
    private const long DefaultBuffer = 1024 * 1024;

    public override string Name => "fluentd";

    public override IReadOnlyList<string> Options { get; } =
    [
        "fluentd-address", "fluentd-async", "fluentd-async-reconnect-interval", "fluentd-buffer-limit", "fluentd-max-retries", "fluentd-read-timeout",
        "fluentd-request-ack", "fluentd-retry-wait", "fluentd-sub-second-precision", "fluentd-write-timeout",
    ];

    public override LogReceiver Receiver(ContainerRecord container, DriverOptions options)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["container_id"] = container.Id,
            ["container_name"] = "/" + container.Name,
        };
        foreach (var (name, value) in LogAttributes.Of(container, options))
        {
            fields[name] = value;
        }

        return Manner(options) with { Tag = LogTag.Of(container, options, LogTag.Default), Fields = fields };
    }

    protected override void CheckValues(DriverOptions options)
    {
        _ = Manner(options);
        if (options.Duration("fluentd-async-reconnect-interval", 0) is not (0 or (>= 100 and <= 10_000)))
        {
            throw options.Invalid("fluentd-async-reconnect-interval", "it must be between 100ms and 10s");
        }
    }

    private static LogReceiver Manner(DriverOptions options)
    {
        var isAsync = options.Flag("fluentd-async");
        return Address(options) with
        {
            SubSeconds = options.Flag("fluentd-sub-second-precision"),
            Acknowledged = options.Flag("fluentd-request-ack"),
            NonBlocking = isAsync,
            StartsWhileAway = isAsync,
            BufferLimit = options.MemorySize("fluentd-buffer-limit", DefaultBuffer),
            RetryWait = Math.Max(1, options.Duration("fluentd-retry-wait", 1000)),
            MaxRetries = options.Number("fluentd-max-retries", int.MaxValue, 0, int.MaxValue),
            Timeout = Math.Max(options.Duration("fluentd-write-timeout", 0), options.Duration("fluentd-read-timeout", 0)),
        };
    }

    private static LogReceiver Address(DriverOptions options)
    {
        var text = options.Text("fluentd-address");
        if (text.Length == 0)
        {
            return new() { Transport = "tcp", Host = DefaultHost, Port = DefaultPort };
        }

        try
        {
            var address = LogAddress.Parse(text.Contains("://", StringComparison.Ordinal) ? text : "tcp://" + text);
            return address.Scheme switch
            {
                "unix" => address.Path.Trim('/').Length > 0 ? new() { Transport = "unix", Path = address.Path } : throw new InvalidArgumentException("path is empty"),
                "tcp" or "tls" when address.Path.Length > 0 => throw new InvalidArgumentException("should not contain a path element"),
                "tcp" or "tls" => new()
                {
                    Transport = address.Scheme,
                    Host = address.Host.Length > 0 ? address.Host : DefaultHost,
                    Port = address.Port ?? DefaultPort,
                },
                _ => throw new InvalidArgumentException($"unsupported scheme: '{address.Scheme}'"),
            };
        }
        catch (InvalidArgumentException e)
        {
            throw new InvalidArgumentException($"invalid fluentd-address ({text}): {e.Message}", e);
        }
    }
}
