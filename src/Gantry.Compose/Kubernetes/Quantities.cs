using System.Globalization;

namespace Gantry.Compose.Kubernetes;

/// <summary>Amounts as Kubernetes writes them.</summary>
internal static class Quantities
{
    private const long Mebibyte = 1 << 20;
    private const long Gibibyte = 1 << 30;

    /// <summary><c>2</c> or <c>500m</c>.</summary>
    public static string Cpus(float cpus)
    {
        var thousandths = Math.Max(1, (long)Math.Round(cpus * 1000.0));
        return thousandths % 1000 == 0 ? Text(thousandths / 1000) : $"{Text(thousandths)}m";
    }

    /// <summary><c>1Gi</c>, <c>512Mi</c>, or bytes.</summary>
    public static string Bytes(long bytes) =>
        bytes % Gibibyte == 0 ? $"{Text(bytes / Gibibyte)}Gi" : bytes % Mebibyte == 0 ? $"{Text(bytes / Mebibyte)}Mi" : Text(bytes);

    /// <summary>Whole seconds, one or more.</summary>
    public static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
