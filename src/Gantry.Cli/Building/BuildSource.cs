using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminals;
using Gantry.Spec.Build;

namespace Gantry.Cli.Building;

/// <summary>Where a build's context and Dockerfile come from: a directory, an address, standard input, or two of these.</summary>
internal sealed record BuildSource
{
    private const int TarMagicOffset = 257;

    /// <summary>The directory; null where the context comes on standard input, or there is none.</summary>
    public LocalContext? Local { get; private init; }

    /// <summary>An address that the daemon fetches the context from.</summary>
    public string? Remote { get; private init; }

    /// <summary>A tar that is the context.</summary>
    public Stream? Archive { get; private init; }

    /// <summary>The Dockerfile's text, where it is none of an archive.</summary>
    public byte[]? Dockerfile { get; private init; }

    /// <summary>The Dockerfile's name, for messages and in an archive.</summary>
    public required string Name { get; init; }

    public static BuildSource Of(string context, string file)
    {
        if (context == "-")
        {
            return file == "-" ? throw new CommandLineException("ERROR: invalid argument: can't use stdin for both build context and dockerfile") : OfInput(file);
        }

        if (!Directory.Exists(context) && ContextAddress.IsRemote(context)) return OfAddress(context, file);
        if (file == "-") return new() { Local = new(context, null), Dockerfile = ReadInput(), Name = "Dockerfile" };

        var path = file.Length > 0 ? file : Path.Combine(context, "Dockerfile");
        if (file.Length == 0 && !File.Exists(path) && File.Exists(Path.Combine(context, "dockerfile"))) path = Path.Combine(context, "dockerfile");
        if (!Directory.Exists(context)) throw new CommandLineException($"ERROR: unable to prepare context: path {OptionValues.Quote(context)} not found");
        if (!File.Exists(path))
        {
            throw new CommandLineException($"ERROR: failed to read dockerfile: open {(file.Length > 0 ? file : "Dockerfile")}: no such file or directory");
        }

        var inside = Path.GetRelativePath(context, path);
        return new() { Local = new(context, inside.StartsWith("..", StringComparison.Ordinal) ? null : inside), Dockerfile = File.ReadAllBytes(path), Name = inside.StartsWith("..", StringComparison.Ordinal) ? Path.GetFileName(path) : inside };
    }

    /// <summary>The Dockerfile is one of the context, but for standard input and an absolute path.</summary>
    private static BuildSource OfAddress(string address, string file)
    {
        if (file == "-") return new() { Remote = address, Dockerfile = ReadInput(), Name = "Dockerfile" };
        return Path.IsPathRooted(file) && File.Exists(file)
            ? new() { Remote = address, Dockerfile = File.ReadAllBytes(file), Name = Path.GetFileName(file) }
            : new() { Remote = address, Name = file.Length > 0 ? file : "Dockerfile" };
    }

    private static byte[] ReadInput()
    {
        using var text = new MemoryStream();
        StandardStream.Input.CopyTo(text);
        return text.ToArray();
    }

    /// <summary>An archive of the context, plain or compressed, or else a Dockerfile that has no context.</summary>
    private static BuildSource OfInput(string file)
    {
        var head = new byte[512];
        var count = StandardStream.Input.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var isArchive = head is [0x1F, 0x8B, ..] or [0x28, 0xB5, 0x2F, 0xFD, ..] or [0xFD, (byte)'7', ..] or [(byte)'B', (byte)'Z', (byte)'h', ..]
            || (count > TarMagicOffset + 5 && Encoding.ASCII.GetString(head, TarMagicOffset, 5) == "ustar");
        var whole = new JoinedStream(head.AsMemory(0, count), StandardStream.Input);
        if (isArchive) return new() { Archive = whole, Name = file.Length > 0 ? file : "Dockerfile" };
        using var text = new MemoryStream();
        whole.CopyTo(text);
        return text.Length == 0 ? throw new CommandLineException("ERROR: the Dockerfile on standard input is empty") : new() { Dockerfile = text.ToArray(), Name = "Dockerfile" };
    }
}
