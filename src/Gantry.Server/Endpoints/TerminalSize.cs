using Gantry.Server.Http;
using Gantry.Spec;

namespace Gantry.Server.Endpoints;

internal static class TerminalSize
{
    public static (int Height, int Width) Of(ApiRequest request) => (Part(request, "h"), Part(request, "w"));

    private static int Part(ApiRequest request, string name) =>
        request.QueryInteger(name) is { } value and >= 0 and <= ushort.MaxValue
            ? value
            : throw new InvalidArgumentException($"invalid value \"{request.Query(name)}\" for {name}: rows and columns are numbers up to 65535");
}
