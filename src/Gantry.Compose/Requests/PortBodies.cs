using System.Globalization;
using Gantry.Client;
using Gantry.Compose.Model;

namespace Gantry.Compose.Requests;

/// <summary>Ports of a service in the engine's form, <c>80/tcp</c>.</summary>
internal static class PortBodies
{
    public static IEnumerable<string> Exposed(ComposeService service) =>
        service.Expose.SelectMany(Expand).Concat(service.Ports.Select(Key)).Distinct().Order(StringComparer.Ordinal);

    public static JsonBody Bindings(ComposeService service) => JsonBody.Of(service.Ports.GroupBy(Key).Select(group => KeyValuePair.Create(
        group.Key,
        group.Select(port =>
        {
            var binding = new JsonBody();
            binding.SetIfGiven("HostIp", port.HostIp);
            binding["HostPort"] = port.Published ?? "";
            return binding;
        }).ToList())));

    private static string Key(ServicePort port) => string.Create(CultureInfo.InvariantCulture, $"{port.Target}/{port.Protocol ?? "tcp"}");

    private static IEnumerable<string> Expand(string text)
    {
        var (range, protocol) = text.Split('/', 2) is [var left, var right] ? (left, right) : (text, "tcp");
        if (range.Split('-', 2) is not [var first, var last])
        {
            return [$"{range}/{protocol}"];
        }

        var from = int.Parse(first, CultureInfo.InvariantCulture);
        return Enumerable.Range(from, int.Parse(last, CultureInfo.InvariantCulture) - from + 1).Select(port => string.Create(CultureInfo.InvariantCulture, $"{port}/{protocol}"));
    }
}
