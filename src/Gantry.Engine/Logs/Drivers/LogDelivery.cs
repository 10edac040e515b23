using Gantry.Runtime.Monitor.Logs;
using Gantry.Spec;

namespace Gantry.Engine.Logs.Drivers;

/// <summary>The options of every driver that say whether a container waits for its log.</summary>
internal static class LogDelivery
{
    private const long DefaultBuffer = 1024 * 1024;

    public static IReadOnlyList<string> Options { get; } = ["mode", "max-buffer-size"];

    public static void Check(DriverOptions options)
    {
        if (options.Text("mode") is not ("" or "blocking" or "non-blocking"))
        {
            throw new InvalidArgumentException($"logger: logging mode not supported: {options.Text("mode")}");
        }

        if (options.Has("max-buffer-size") && !IsNonBlocking(options))
        {
            throw new InvalidArgumentException("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
        }

        _ = options.MemorySize("max-buffer-size", DefaultBuffer);
    }

    public static LogReceiver Apply(LogReceiver receiver, DriverOptions options) => IsNonBlocking(options)
        ? receiver with { NonBlocking = true, BufferLimit = options.MemorySize("max-buffer-size", DefaultBuffer) }
        : receiver;

    private static bool IsNonBlocking(DriverOptions options) => options.Text("mode") == "non-blocking";
}
