using Gantry.Engine.Containers;
using Gantry.Runtime.Monitor.Logs;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Logs.Drivers;

internal sealed class GelfDriver : RemoteLogDriver
{
    private const int FastestCompression = 1;

    public override string Name => "gelf";

    public override IReadOnlyList<string> Options { get; } =
        ["gelf-address", "gelf-compression-level", "gelf-compression-type", "gelf-tcp-max-reconnect", "gelf-tcp-reconnect-delay"];

    public override LogReceiver Receiver(ContainerRecord container, DriverOptions options)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["_command"] = Command(container),
            ["_container_id"] = container.Id,
            ["_container_name"] = container.Name,
            ["_created"] = GoTime.Format(container.Created),
            ["_image_id"] = container.ImageId,
            ["_image_name"] = container.Config.Image,
            ["_tag"] = LogTag.Of(container, options, LogTag.Default),
        };
        foreach (var (name, value) in LogAttributes.Of(container, options, name => name.StartsWith('_') ? name : "_" + name))
        {
            fields[name] = value;
        }

        var address = Address(options);
        return new()
        {
            Transport = address.Scheme,
            Host = address.Host,
            Port = address.Port!.Value,
            HostName = Environment.MachineName,
            Fields = fields,
            Format = options.Has("gelf-compression-type") ? options.Text("gelf-compression-type") : "gzip",
            CompressionLevel = (int)options.Number("gelf-compression-level", FastestCompression, -1, 9),
            RetryWait = Math.Max(1, 1000 * options.Number("gelf-tcp-reconnect-delay", 1, 0, int.MaxValue)),
            MaxRetries = options.Number("gelf-tcp-max-reconnect", 3, 0, int.MaxValue),
            DropsWhileAway = true,
        };
    }

    protected override void CheckValues(DriverOptions options)
    {
        var address = Address(options);
        foreach (var name in options.Names)
        {
            switch (name)
            {
                case "gelf-compression-level" or "gelf-compression-type" when address.Scheme != "udp":
                    throw new InvalidArgumentException("compression is only supported on UDP");
                case "gelf-tcp-max-reconnect" or "gelf-tcp-reconnect-delay" when address.Scheme != "tcp":
                    throw new InvalidArgumentException($"\"{name}\" is only valid for TCP");
                case "gelf-compression-type" when options.Text(name) is not ("gzip" or "zlib" or "none"):
                case "gelf-compression-level" when !int.TryParse(options.Text(name), out var level) || level is < -1 or > 9:
                    throw new InvalidArgumentException($"unknown value \"{options.Text(name)}\" for log opt \"{name}\" for gelf log driver");
                case "gelf-tcp-max-reconnect" or "gelf-tcp-reconnect-delay" when !int.TryParse(options.Text(name), out var number) || number < 0:
                    throw new InvalidArgumentException($"\"{name}\" must be a positive integer");
            }
        }
    }

    protected override string DescribeUnknown(string option) => $"unknown log opt \"{option}\" for gelf log driver";

    private static LogAddress Address(DriverOptions options)
    {
        if (options.Text("gelf-address") is not { Length: > 0 } text)
        {
            throw new InvalidArgumentException("gelf-address is a required parameter");
        }

        var address = LogAddress.Parse(text);
        return address.Scheme is not ("udp" or "tcp") ? throw new InvalidArgumentException("gelf: endpoint needs to be TCP or UDP")
            : address.Port is null ? throw new InvalidArgumentException("gelf: please provide gelf-address as proto://host:port")
            : address;
    }
}
