using System.Globalization;
using Gantry.Images.Archives;
using Gantry.Spec;

namespace Gantry.Build.Dockerfile;

/// <summary>Reads one instruction. What is wrong is a <see cref="FormatException"/>.</summary>
internal sealed partial class InstructionParser
{
    private static readonly string[] Keywords =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    private readonly Statement statement;
    private readonly char escape;
    private readonly string keyword;
    private readonly string written;
    private readonly InstructionFlags flags;
    private readonly string rest;

    public InstructionParser(Statement statement, char escape)
    {
        (this.statement, this.escape) = (statement, escape);
        (written, var after) = Split(statement.Text);
        keyword = written.ToUpperInvariant();
        (flags, rest) = InstructionFlags.Read(after);
    }

    /// <summary>An instruction that stands alone: a trigger of ONBUILD, or a change of <c>commit</c> and <c>import</c>.</summary>
    public static Instruction ParseOne(string text) => DockerfileParser.StatementsOf(text) is ([var statement], var escape)
        ? new InstructionParser(statement, escape).Parse()
        : throw new FormatException($"one instruction is needed, not {GoText.Quote(text)}");

    public static bool TakesHeredocs(string text) => Split(text).Keyword.ToUpperInvariant() is "RUN" or "COPY" or "ADD"
        || (Split(text) is ({ } first, var trigger) && first.Equals("ONBUILD", StringComparison.OrdinalIgnoreCase) && TakesHeredocs(trigger));

    public Instruction Parse()
    {
        if (rest.Length == 0 && keyword is not ("CMD" or "ENTRYPOINT") && Keywords.Contains(keyword))
        {
            throw keyword switch
            {
                "FROM" => new FormatException("FROM requires either one or three arguments"),
                "RUN" => new FormatException("Missing command after RUN"),
                "ADD" or "COPY" => Requires("at least two arguments"),
                "ARG" or "ENV" or "EXPOSE" or "HEALTHCHECK" or "LABEL" or "SHELL" or "VOLUME" => Requires("at least one argument"),
                _ => Requires("exactly one argument"),
            };
        }

        var instruction = ParseKeyword();
        flags.RequireAllUsed(keyword);
        return instruction;
    }

    private Instruction ParseKeyword() => keyword switch
    {
        "FROM" => From(),
        "ARG" => Named(new ArgInstruction([.. Words().Select(Argument)]) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines }),
        "ENV" => Env(),
        "LABEL" => Label(),
        "RUN" => Run(),
        "COPY" => Copy(),
        "ADD" => Add(),
        "CMD" => Named(new CmdInstruction(Command()) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines }),
        "ENTRYPOINT" => Named(new EntrypointInstruction(Command()) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines }),
        "SHELL" => Named(new ShellInstruction(JsonWords(rest) ?? throw new FormatException("SHELL requires the arguments to be in JSON form")) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines }),
        "EXPOSE" => Named(new ExposeInstruction(BlankWords(rest)) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines }),
        "VOLUME" => Volume(),
        "USER" => Named(new UserInstruction(One()) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines }),
        "WORKDIR" => Named(new WorkdirInstruction(rest) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines }),
        "STOPSIGNAL" => Named(new StopSignalInstruction(One()) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines }),
        "HEALTHCHECK" => Healthcheck(),
        "ONBUILD" => OnBuild(),
        "MAINTAINER" => Named(new MaintainerInstruction(rest) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines }),
        _ => throw new FormatException($"unknown instruction: {written}{Suggest(keyword)}"),
    };

    private T Named<T>(T instruction)
        where T : Instruction => (T)(instruction with { Comment = statement.Comment, EmptyContinuation = statement.EmptyContinuation });

    private string Source => $"{keyword} {flags.Text}{rest}";

    private FormatException Requires(string what) => new($"{keyword} requires {what}");

    private string One() => BlankWords(rest) is [var one] ? one : throw Requires("exactly one argument");

    private static (string Keyword, string After) Split(string text)
    {
        var blank = text.AsSpan().IndexOfAny(' ', '\t');
        return blank < 0 ? (text, "") : (text[..blank], text[(blank + 1)..].Trim());
    }

    private static string Suggest(string keyword) => EditDistance.Nearest(keyword, Keywords) is { } near ? $" (did you mean {near}?)" : "";

    private FromInstruction From()
    {
        var words = BlankWords(rest);
        if (words.Length is not (1 or 3) || (words.Length == 3 && !words[1].Equals("as", StringComparison.OrdinalIgnoreCase)))
        {
            throw new FormatException("FROM requires either one or three arguments");
        }

        var name = words.Length == 3 ? words[2] : null;
        if (name is not null && !(char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
        {
            throw new FormatException($"invalid name for build stage: \"{name}\", name can't start with a number or contain symbols");
        }

        return Named(new FromInstruction(words[0], flags.Text1("platform"), name?.ToLowerInvariant(), name, words.Length == 3 ? words[1] : null)
        {
            Keyword = keyword,
            Written = written,
            Source = Source,
            Lines = statement.Lines,
        });
    }

    private static ArgDefinition Argument(string word)
    {
        var at = word.IndexOf('=');
        return at switch
        {
            0 => throw new FormatException("ARG names can not be blank"),
            > 0 => new(word[..at], word[(at + 1)..]),
            _ => new(word, null),
        };
    }

    private EnvInstruction Env()
    {
        var (pairs, isLegacy) = Pairs();
        return Named(new EnvInstruction(pairs, isLegacy) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines });
    }

    private LabelInstruction Label()
    {
        var (pairs, isLegacy) = Pairs();
        return Named(new LabelInstruction(pairs, isLegacy) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines });
    }

    private VolumeInstruction Volume()
    {
        var paths = JsonWords(rest) ?? BlankWords(rest);
        return paths.Any(string.IsNullOrWhiteSpace)
            ? throw new FormatException("VOLUME specified can not be an empty string")
            : Named(new VolumeInstruction(paths) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines });
    }

    private RunInstruction Run()
    {
        var mounts = flags.All("mount").Select(mount => MountOptionParser.Parse(mount, expand: null)).ToList();
        var network = flags.Text1("network");
        if (network is not (null or "default" or "none" or "host"))
        {
            throw new FormatException($"invalid network mode: \"{network}\"");
        }

        var security = flags.Text1("security");
        return security is null or "sandbox" or "insecure"
            ? Named(new RunInstruction(Command(), mounts, network, security, statement.Heredocs) { Devices = [.. flags.All("device").Select(Device)], Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines })
            : throw new FormatException($"security mode \"{security}\" is not valid");
    }

    private static DeviceOption Device(string text)
    {
        var (name, isRequired) = ("", false);
        foreach (var field in text.Split(','))
        {
            (name, isRequired) = field switch
            {
                "required" or "required=true" => (name, true),
                "required=false" => (name, false),
                _ when name.Length == 0 => (field.StartsWith("name=", StringComparison.Ordinal) ? field["name=".Length..] : field, isRequired),
                _ => throw new FormatException($"unexpected field '{field}' in device: a name and required are known"),
            };
        }

        return name.Length > 0 ? new(name, isRequired) : throw new FormatException("a device needs a name, as in --device=vendor.com/class=name");
    }

    private CopyInstruction Copy()
    {
        var (sources, destination, contents) = Paths();
        return Named(new CopyInstruction(flags.Text1("from"), flags.Flag("parents") ?? false)
        {
            Keyword = keyword,
            Written = written,
            Source = Source,
            Lines = statement.Lines,
            Sources = sources,
            Destination = destination,
            Contents = contents,
            Chown = flags.Text1("chown"),
            Chmod = flags.Text1("chmod"),
            Link = flags.Flag("link") ?? false,
            Excludes = flags.All("exclude"),
        });
    }

    private AddInstruction Add()
    {
        var (sources, destination, contents) = Paths();
        return Named(new AddInstruction(flags.Text1("checksum"), flags.Flag("keep-git-dir") ?? false, flags.Flag("unpack"))
        {
            Keyword = keyword,
            Written = written,
            Source = Source,
            Lines = statement.Lines,
            Sources = sources,
            Destination = destination,
            Contents = contents,
            Chown = flags.Text1("chown"),
            Chmod = flags.Text1("chmod"),
            Link = flags.Flag("link") ?? false,
            Excludes = flags.All("exclude"),
        });
    }

    private (IReadOnlyList<string> Sources, string Destination, IReadOnlyList<SourceContent> Contents) Paths()
    {
        var words = JsonWords(rest) ?? BlankWords(rest);
        if (words.Length < 2)
        {
            throw new FormatException($"{keyword} requires at least two arguments, but only {words.Length} {(words.Length == 1 ? "was" : "were")} provided. Destination could not be determined");
        }

        var sources = new List<string>();
        var contents = new List<SourceContent>();
        foreach (var word in words[..^1])
        {
            if (HeredocStart.TryParse(word) is { } start && statement.Heredocs.FirstOrDefault(document => document.Name == start.Name) is { } heredoc)
            {
                var content = heredoc.Chomp ? string.Join('\n', heredoc.Content.Split('\n').Select(line => line.TrimStart('\t'))) : heredoc.Content;
                contents.Add(new(heredoc.Name, content, heredoc.Expand));
            }
            else
            {
                sources.Add(word);
            }
        }

        return (sources, words[^1], contents);
    }

    private HealthcheckInstruction Healthcheck()
    {
        var (kind, command) = Split(rest);
        long Duration(string name) => flags.Text1(name) is { } text ? GoDuration.Parse(text) : 0;
        var (interval, timeout, startPeriod, startInterval) = (Duration("interval"), Duration("timeout"), Duration("start-period"), Duration("start-interval"));
        var retries = 0;
        if (flags.Text1("retries") is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out retries) || retries < 0))
        {
            throw new FormatException($"--retries must be at least 0 (not {text})");
        }

        IReadOnlyList<string> test;
        switch (kind.ToUpperInvariant())
        {
            case "NONE":
                test = command.Length == 0 ? ["NONE"] : throw new FormatException("HEALTHCHECK NONE takes no arguments");
                break;
            case "CMD":
                if (command.Length == 0)
                {
                    throw new FormatException("Missing command after HEALTHCHECK CMD");
                }

                test = JsonWords(command) is { } words ? ["CMD", .. words] : ["CMD-SHELL", command];
                break;
            default:
                throw new FormatException($"Unknown type \"{kind}\" in HEALTHCHECK (try CMD)");
        }

        return Named(new HealthcheckInstruction(test, interval, timeout, startPeriod, startInterval, retries) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines });
    }

    private OnBuildInstruction OnBuild()
    {
        var trigger = Split(rest).Keyword.ToUpperInvariant();
        if (trigger is "ONBUILD")
        {
            throw new FormatException("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
        }

        if (trigger is "MAINTAINER" or "FROM")
        {
            throw new FormatException($"{trigger} isn't allowed as an ONBUILD trigger");
        }

        new InstructionParser(statement with { Text = rest }, escape).Parse();
        var expression = string.Concat([rest, .. statement.Heredocs.Select(document => $"\n{document.Content}{document.Name}")]);
        return Named(new OnBuildInstruction(expression) { Keyword = keyword, Written = written, Source = Source, Lines = statement.Lines });
    }

    private Command Command() => JsonWords(rest) is { } words ? new(words, IsShellForm: false) : new([rest], IsShellForm: true);
}
