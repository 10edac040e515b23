using System.Globalization;
using System.Numerics;
using Gantry.Server.Http;
using Gantry.Spec;

namespace Gantry.Server.Endpoints;

internal static class TerminalSize
{
    public static (int Height, int Width) Of(ApiRequest request) => (Part(request, "h", "height"), Part(request, "w", "width"));

    private static int Part(ApiRequest request, string name, string what)
    {
        var text = request.Query(name) ?? "";
        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidArgumentException($"invalid resize {what} \"{text}\": {(BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? "value out of range" : "invalid syntax")}");
    }
}
