using System.Globalization;
using System.Text.Json;

namespace Gantry.Cli;

/// <summary>Where a text stops to be JSON, for people.</summary>
internal static class JsonPlace
{
    public static string Of(JsonException e) => e.LineNumber is { } line
        ? string.Create(CultureInfo.InvariantCulture, $"it is not JSON at line {line + 1}, column {(e.BytePositionInLine ?? 0) + 1}")
        : e.Message;
}
