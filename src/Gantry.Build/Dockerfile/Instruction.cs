namespace Gantry.Build.Dockerfile;

/// <summary>An instruction; variables in it are not expanded yet.</summary>
public abstract record Instruction
{
    /// <summary>In capitals.</summary>
    public required string Keyword { get; init; }

    /// <summary>The text in one line, as progress and errors show it.</summary>
    public required string Source { get; init; }

    public required LineRange Lines { get; init; }

    /// <summary>The keyword as it was written.</summary>
    public required string Written { get; init; }

    /// <summary>The comment right above, its lines apart by newlines.</summary>
    public string? Comment { get; init; }

    /// <summary>The line in which its text ends, where there are empty lines in it.</summary>
    public int? EmptyContinuation { get; init; }
}

/// <param name="StageName">In small letters.</param>
/// <param name="WrittenStageName">As it was written.</param>
/// <param name="As">The word before the name, as it was written.</param>
public sealed record FromInstruction(string BaseName, string? Platform, string? StageName, string? WrittenStageName, string? As) : Instruction;

public sealed record ArgInstruction(IReadOnlyList<ArgDefinition> Arguments) : Instruction;

public sealed record ArgDefinition(string Name, string? Default);

/// <param name="IsLegacy">Written without <c>=</c>.</param>
public sealed record EnvInstruction(IReadOnlyList<KeyValuePair<string, string>> Pairs, bool IsLegacy) : Instruction;

/// <param name="IsLegacy">Written without <c>=</c>.</param>
public sealed record LabelInstruction(IReadOnlyList<KeyValuePair<string, string>> Pairs, bool IsLegacy) : Instruction;

public sealed record RunInstruction(Command Command, IReadOnlyList<MountOption> Mounts, string? Network, string? Security, IReadOnlyList<Heredoc> Heredocs) : Instruction
{
    public IReadOnlyList<DeviceOption> Devices { get; init; } = [];

    /// <summary>A here-document is the whole command.</summary>
    public bool IsScript => Command is { IsShellForm: true, Words: [var text] } && Heredocs.Count == 1 && text.Trim() is var command && command.StartsWith("<<", StringComparison.Ordinal) && !command.Any(char.IsWhiteSpace);
}

/// <summary>What COPY and ADD have in common.</summary>
public abstract record TransferInstruction : Instruction
{
    public required IReadOnlyList<string> Sources { get; init; }

    public required string Destination { get; init; }

    public string? Chown { get; init; }

    public string? Chmod { get; init; }

    public bool Link { get; init; }

    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Here-documents that are copied as files.</summary>
    public IReadOnlyList<SourceContent> Contents { get; init; } = [];
}

public sealed record CopyInstruction(string? From, bool Parents) : TransferInstruction;

/// <param name="KeepGitDir">Keeps <c>.git</c> of a repository.</param>
/// <param name="Unpack">Null: archives of the context are extracted, those from elsewhere not.</param>
public sealed record AddInstruction(string? Checksum, bool KeepGitDir, bool? Unpack) : TransferInstruction;

/// <param name="Expand">Variables in it are.</param>
public sealed record SourceContent(string Path, string Content, bool Expand);

public sealed record CmdInstruction(Command Command) : Instruction;

public sealed record EntrypointInstruction(Command Command) : Instruction;

public sealed record ShellInstruction(IReadOnlyList<string> Words) : Instruction;

public sealed record ExposeInstruction(IReadOnlyList<string> Ports) : Instruction;

public sealed record VolumeInstruction(IReadOnlyList<string> Paths) : Instruction;

public sealed record UserInstruction(string User) : Instruction;

public sealed record WorkdirInstruction(string Path) : Instruction;

public sealed record StopSignalInstruction(string Signal) : Instruction;

/// <param name="Test">Docker's form: <c>NONE</c>, <c>CMD …</c>, <c>CMD-SHELL …</c>. Durations are nanoseconds, 0 for none given.</param>
public sealed record HealthcheckInstruction(IReadOnlyList<string> Test, long Interval, long Timeout, long StartPeriod, long StartInterval, int Retries) : Instruction;

public sealed record OnBuildInstruction(string Expression) : Instruction;

public sealed record MaintainerInstruction(string Name) : Instruction;

/// <summary>A command: words, or one text for a shell.</summary>
public sealed record Command(IReadOnlyList<string> Words, bool IsShellForm);

/// <param name="Expand">The delimiter was not quoted: variables are expanded.</param>
/// <param name="Chomp">Tabs at the beginning of lines do not count (<c>&lt;&lt;-</c>).</param>
public sealed record Heredoc(string Name, string Content, bool Expand, bool Chomp);

/// <summary>A <c>--device</c> of RUN: <c>vendor.com/class=name</c>, <c>=*</c> for all of a class, no name for its first, or a class of BuildKit's.</summary>
/// <param name="IsRequired">The build fails where there is none.</param>
public sealed record DeviceOption(string Name, bool IsRequired)
{
    /// <summary>The build was told that it may have it.</summary>
    public bool IsAllowed { get; init; }
}

/// <summary>A <c>--mount</c> of RUN.</summary>
public sealed record MountOption
{
    /// <summary>As it is written.</summary>
    public string Text { get; init; } = "";

    /// <summary><c>bind</c>, <c>cache</c>, <c>tmpfs</c>, <c>secret</c> or <c>ssh</c>.</summary>
    public string Type { get; init; } = "bind";

    public string? From { get; init; }

    public string? Source { get; init; }

    public string? Target { get; init; }

    public bool? ReadOnly { get; init; }

    public string? Id { get; init; }

    /// <summary><c>shared</c>, <c>private</c> or <c>locked</c>.</summary>
    public string? Sharing { get; init; }

    /// <summary>Bytes.</summary>
    public long SizeLimit { get; init; }

    public uint? Mode { get; init; }

    public uint? Uid { get; init; }

    public uint? Gid { get; init; }

    public bool Required { get; init; }

    public string? Env { get; init; }
}
