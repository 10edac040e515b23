using System.Globalization;
using Gantry.Server.Http;
using Gantry.Spec;

namespace Gantry.Server.Endpoints;

internal static class TerminalSize
{
    public static (int Height, int Width) Of(ApiRequest request) => (Part(request, "h", "height"), Part(request, "w", "width"));

    private static int Part(ApiRequest request, string name, string meaning) =>
        ushort.TryParse(request.Query(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidArgumentException($"invalid resize {meaning} \"{request.Query(name)}\": a number up to 65535 is needed");
}
