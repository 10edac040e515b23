
namespace Gantry.Runtime.Commands;

/// <summary>The options of create and run.</summary>
internal sealed class RunSettings
{
    public string Id { get; private set; } = string.Empty;

    public string Bundle { get; private set; } = ".";

    /// <summary>A file in config.json's place; null for that.</summary>
    public string? Config { get; private set; }

    public string? PidFile { get; private set; }

    public string? ConsoleSocket { get; private set; }

    public int PreservedDescriptors { get; private set; }

    public bool Detach { get; private set; }

    public bool Keep { get; private set; }

    public bool NoPivot { get; private set; }

    public bool NoNewKeyring { get; private set; }

    public int? RootDescriptor { get; private set; }

    public static RunSettings Parse(string command, Arguments arguments)
    {
        var settings = new RunSettings();
        while (arguments.NextOption() is { } option)
        {
            settings.Set(command, option, arguments);
        }

        settings.Id = arguments.Id();
        settings.Bundle = Path.GetFullPath(settings.Bundle);
        return settings;
    }

    private void Set(string command, string option, Arguments arguments)
    {
        switch (option)
        {
            case "bundle" or "b":
                Bundle = arguments.Value(option);
                break;
            case "config" or "f":
                Config = arguments.Value(option);
                break;
            case "pid-file":
                PidFile = arguments.Value(option);
                break;
            case "console-socket":
                ConsoleSocket = arguments.Value(option);
                break;
            case "preserve-fds":
                PreservedDescriptors = arguments.Count(option);
                break;
            case "detach" or "d" when command == "run":
                Detach = arguments.Flag(option);
                break;
            case "keep" when command == "run":
                Keep = arguments.Flag(option);
                break;
            case "no-subreaper" when command == "run":
                _ = arguments.Flag(option);
                break;
            case "no-pivot":
                NoPivot = arguments.Flag(option);
                break;
            case "no-new-keyring":
                NoNewKeyring = arguments.Flag(option);
                break;
            case "rootfs-fd":
                RootDescriptor = arguments.Number(option);
                break;
            default:
                throw arguments.Unknown(option);
        }
    }
}
