using System.Globalization;
using System.Net;
using Gantry.Engine.Bundles;
using Gantry.Engine.Containers;

namespace Gantry.Engine.Networks;

/// <summary>A running container that another one knows by a link of the default bridge.</summary>
/// <param name="Target">It.</param>
/// <param name="Alias">As the other one calls it.</param>
/// <param name="Address">Its address there; null while it has none.</param>
internal sealed record LinkedContainer(ContainerRecord Target, string Alias, IPAddress? Address)
{
    public string? HostsLine => Address is null
        ? null
        : $"{Address}\t{string.Join(' ', new[] { Alias, HostFiles.HostName(Target), Target.Name }.Distinct(StringComparer.Ordinal))}";

    /// <summary>The environment that links have always brought: <c>DB_PORT_5432_TCP_ADDR</c> and the like.</summary>
    public IEnumerable<string> Variables(ContainerRecord parent)
    {
        if (Address is null)
        {
            yield break;
        }

        var prefix = Alias.Replace('-', '_').ToUpperInvariant();
        var ports = (Target.Config.ExposedPorts ?? []).Keys.Where(port => !port.Contains('-', StringComparison.Ordinal)).Select(PortPlan.Parse).Order().ToArray();
        if (ports is [var first, ..])
        {
            yield return $"{prefix}_PORT={Url(first)}";
        }

        foreach (var port in ports)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}_PORT_{port.Port}_{port.Protocol.ToUpperInvariant()}");
            yield return $"{name}={Url(port)}";
            yield return $"{name}_ADDR={Address}";
            yield return string.Create(CultureInfo.InvariantCulture, $"{name}_PORT={port.Port}");
            yield return $"{name}_PROTO={port.Protocol}";
        }

        yield return $"{prefix}_NAME=/{parent.Name}/{Alias}";
        foreach (var variable in Target.Config.Env ?? [])
        {
            if (!variable.StartsWith("HOME=", StringComparison.Ordinal) && !variable.StartsWith("PATH=", StringComparison.Ordinal) && variable.Contains('=', StringComparison.Ordinal))
            {
                yield return $"{prefix}_ENV_{variable}";
            }
        }
    }

    private string Url((ushort Port, string Protocol) port) => string.Create(CultureInfo.InvariantCulture, $"{port.Protocol}://{Address}:{port.Port}");
}
