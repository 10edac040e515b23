using System.Text;
using Gantry.Engine.Containers;
using Gantry.Runtime.Monitor.Logs;
using Gantry.Spec;

namespace Gantry.Engine.Logs.Drivers;

internal sealed class JournaldDriver : RemoteLogDriver
{
    private const string Socket = "/run/systemd/journal/socket";

    public override string Name => "journald";

    public override IReadOnlyList<string> Options => [];

    public override LogReceiver Receiver(ContainerRecord container, DriverOptions options)
    {
        if (!Path.Exists(Socket))
        {
            throw new InvalidArgumentException("journald is not enabled on this host");
        }

        var tag = LogTag.Of(container, options, LogTag.Default);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CONTAINER_ID"] = ContainerIdentity.Short(container.Id),
            ["CONTAINER_ID_FULL"] = container.Id,
            ["CONTAINER_NAME"] = container.Name,
            ["CONTAINER_TAG"] = tag,
            ["IMAGE_NAME"] = container.Config.Image,
            ["SYSLOG_IDENTIFIER"] = tag,
        };
        foreach (var (name, value) in LogAttributes.Of(container, options, FieldName))
        {
            fields[name] = value;
        }

        return new() { Transport = "unixgram", Path = Socket, Fields = fields };
    }

    protected override void CheckValues(DriverOptions options)
    {
    }

    /// <summary>The journal's fields have capital letters, digits and underscores, and do not begin with an underscore (systemd.journal-fields(7)).</summary>
    private static string FieldName(string name)
    {
        var field = new StringBuilder();
        foreach (var letter in name.ToUpperInvariant())
        {
            field.Append(letter is (>= 'A' and <= 'Z') or (>= '0' and <= '9') ? letter : '_');
        }

        return field.ToString().TrimStart('_');
    }
}
