using System.Globalization;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Validation;

/// <summary>Logging drivers and their options.</summary>
internal static class LogRules
{
    public const string Default = "json-file";

    public static void Check(LogConfig log)
    {
        if (log.Type is not ("" or Default or "none"))
        {
            throw new InvalidArgumentException($"logger: no log driver named '{log.Type}' is registered: json-file and none are there");
        }

        foreach (var (name, value) in log.Config ?? [])
        {
            if (log.Type == "none")
            {
                throw new InvalidArgumentException($"unknown log opt '{name}' for none log driver");
            }

            switch (name)
            {
                case "max-size":
                    MaxSize(value);
                    break;
                case "max-file":
                    MaxFiles(value);
                    break;
                case "labels" or "env" or "tag":
                    break;
                case "compress" when value == "false":
                    break;
                case "mode" when value is "blocking" or "":
                    break;
                case "compress" or "mode" or "max-buffer-size" or "labels-regex" or "env-regex":
                    throw new UnsupportedException($"log opt '{name}={value}' for the json-file log driver is not supported");
                default:
                    throw new InvalidArgumentException($"unknown log opt '{name}' for json-file log driver");
            }
        }
    }

    /// <summary>Bytes; -1 is no limit.</summary>
    public static long MaxSize(string text)
    {
        var digits = text.AsSpan().TrimEnd("kKmMgGbBiI");
        var unit = text[digits.Length..].ToLowerInvariant();
        var factor = unit switch
        {
            "" or "b" => 1L,
            "k" or "kb" or "kib" => 1L << 10,
            "m" or "mb" or "mib" => 1L << 20,
            "g" or "gb" or "gib" => 1L << 30,
            _ => 0,
        };
        return text == "-1" ? -1
            : factor > 0 && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * factor >= 1
                ? (long)(number * factor)
                : throw new InvalidArgumentException($"invalid value for max-size: {text}");
    }

    public static int MaxFiles(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1
            ? count
            : throw new InvalidArgumentException($"invalid value for max-file: {text}: it cannot be less than 1");
}
