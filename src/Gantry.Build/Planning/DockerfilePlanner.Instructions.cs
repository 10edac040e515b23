using Gantry.Build.Dockerfile;
using Gantry.Build.Solving;
using Gantry.Build.Steps;
using Gantry.Spec;

namespace Gantry.Build.Planning;

internal sealed partial class DockerfilePlanner
{
    private const string SecretMask = "****";
    private const string Comment = "buildkit.dockerfile.v0";

    private async Task ApplyAsync(StagePlan plan, Instruction instruction)
    {
        try
        {
            switch (instruction)
            {
                case RunInstruction run:
                    await RunAsync(plan, run).ConfigureAwait(false);
                    break;
                case AddInstruction add:
                    Add(plan, add);
                    break;
                case CopyInstruction copy:
                    await CopyAsync(plan, copy).ConfigureAwait(false);
                    break;
                case WorkdirInstruction workdir:
                    Workdir(plan, workdir);
                    break;
                case ArgInstruction arg:
                    Arg(plan, arg);
                    break;
                case EnvInstruction env:
                    Env(plan, env);
                    break;
                default:
                    ConfigInstructions.Apply(plan, instruction, text => Expand(plan, text), text => ExpandWords(plan, text));
                    break;
            }
        }
        catch (GantryException e)
        {
            throw new DockerfileException(e.Message, document, instruction.Lines, e);
        }
        catch (FormatException e)
        {
            throw new DockerfileException(e.Message, document, instruction.Lines, e);
        }
    }

    private string Expand(StagePlan plan, string text) => expansion.Expand(text, plan.Lookup).Text;

    private IReadOnlyList<string> ExpandWords(StagePlan plan, string text) => expansion.ExpandWords(text, plan.Lookup).Words;

    /// <summary>The name of a step: with the values of variables, but of those that hold a secret.</summary>
    private string Name(StagePlan plan, Instruction instruction)
    {
        var secrets = instruction is RunInstruction run ? run.Mounts.Select(mount => mount.Env).OfType<string>().ToHashSet(StringComparer.Ordinal) : [];
        string Shown(string text) => expansion.Show(text, name => secrets.Contains(name) ? SecretMask : plan.Lookup(name));
        var words = Shown(instruction.Source);
        return plan.Name(instruction is RunInstruction { IsScript: true, Heredocs: [var script] } ? $"{words} ({FirstLine(Shown(script.Content))})" : words);
    }

    private static string FirstLine(string script) => script.Trim().Split('\n') is [var first, .. var others] && others.Length > 0 ? $"{first}..." : script.Trim();

    private void Arg(StagePlan plan, ArgInstruction instruction)
    {
        foreach (var argument in instruction.Arguments)
        {
            var value = request.Arguments.TryGetValue(argument.Name, out var given) && given is not null ? given
                : argument.Default is { } text ? Expand(plan, text)
                : Globals.GetValueOrDefault(argument.Name);
            plan.SetArgument(argument.Name, value);
            plan.History.Add(new() { CreatedBy = value is null ? $"ARG {argument.Name}" : $"ARG {argument.Name}={value}", Comment = Comment, EmptyLayer = true });
        }
    }

    private void Env(StagePlan plan, EnvInstruction instruction)
    {
        // All values see the variables as they were before the instruction.
        var pairs = instruction.Pairs.Select(pair => (Name: Expand(plan, pair.Key), Value: Expand(plan, pair.Value))).ToList();
        foreach (var (name, value) in pairs)
        {
            plan.SetEnv(name, value);
        }

        plan.History.Add(new() { CreatedBy = "ENV " + string.Join(' ', pairs.Select(pair => $"{pair.Name}={pair.Value}")), Comment = Comment, EmptyLayer = true });
    }

    private void Workdir(StagePlan plan, WorkdirInstruction instruction)
    {
        var path = AbsolutePath(plan, Expand(plan, instruction.Path));
        plan.Config = plan.Config with { WorkingDir = path };
        plan.HasOwnWorkdir = true;
        var name = Name(plan, instruction);
        if (path == "/")
        {
            plan.History.Add(new() { CreatedBy = "WORKDIR /", Comment = Comment, EmptyLayer = true });
            return;
        }

        Add(plan, new MakeDirectoryStep(path, plan.Config.User ?? "", request.SourceDateEpoch) { Name = name, Root = plan.Step, Lines = instruction.Lines, IgnoreCache = plan.IgnoreCache }, $"WORKDIR {path}");
    }

    /// <summary>The variables of a RUN, and the text of its arguments for the history.</summary>
    private static (List<string> Env, string History) Environment(StagePlan plan)
    {
        var declared = plan.Arguments.Where(argument => !(plan.Config.Env ?? []).Any(variable => variable.StartsWith(argument.Key + "=", StringComparison.Ordinal))).ToList();
        List<string> env = [.. plan.Config.Env ?? [], .. declared.Where(argument => argument.Value is not null && !ScanTargets.IsArgument(argument.Key)).Select(argument => $"{argument.Key}={argument.Value}")];
        return (env, declared.Count == 0 ? "" : $"|{declared.Count} {string.Join(' ', declared.Select(argument => $"{argument.Key}={argument.Value}"))} ");
    }

    private async Task RunAsync(StagePlan plan, RunInstruction instruction)
    {
        var (env, arguments) = Environment(plan);
        var (args, files) = CommandLine(plan, instruction);
        var mounts = new List<RunMount>();
        foreach (var mount in instruction.Mounts)
        {
            mounts.Add(await MountAsync(plan, mount, instruction.Lines).ConfigureAwait(false));
        }

        var network = instruction.Network ?? request.Network;
        Require(network == "host" && request.Network != "host", "network.host", "--network=host");
        Require(instruction.Security == "insecure", "security.insecure", "--security=insecure");
        var step = new RunStep
        {
            Name = Name(plan, instruction),
            Root = plan.Step,
            Lines = instruction.Lines,
            IgnoreCache = plan.IgnoreCache,
            Args = args,
            Env = env,
            ProxyEnv = PlatformArguments.ProxyEnv(request.Arguments),
            WorkingDirectory = plan.Config.WorkingDir is { Length: > 0 } directory ? directory : "/",
            User = plan.Config.User ?? "",
            Network = network,
            Privileged = instruction.Security == "insecure",
            Devices = [.. instruction.Devices.Select(device => Allowed(device with { Name = Expand(plan, device.Name) }))],
            Mounts = mounts,
            Limits = Argument("BUILDKIT_SANDBOX_HOSTNAME") is { } host ? request.Limits with { HostName = host } : request.Limits,
            Platform = plan.Platform,
            KeepsFailed = request.KeepsFailed,
            Files = files,
        };
        Add(plan, step, $"RUN {arguments}{string.Join(' ', args)} # buildkit");
    }

    /// <summary>What one of BuildKit's own arguments says; null for nothing (reference.md, "BuildKit built-in build args").</summary>
    private string? Argument(string name) => request.Arguments.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    private DeviceOption Allowed(DeviceOption device) =>
        device with { IsAllowed = request.Entitlements.Contains("device") || request.Entitlements.Contains($"device={device.Name}") };

    private void Require(bool wanted, string entitlement, string flag)
    {
        if (wanted && !request.Entitlements.Contains(entitlement))
        {
            throw new PermissionDeniedException($"{flag} needs --allow {entitlement}: entitlement {entitlement} is not allowed");
        }
    }

    private static (IReadOnlyList<string> Args, IReadOnlyList<InlineFile> Files) CommandLine(StagePlan plan, RunInstruction instruction)
    {
        var command = instruction.Command;
        if (!command.IsShellForm)
        {
            return (command.Words, []);
        }

        var shell = plan.Shell;
        if (instruction.Heredocs is not [var first, ..])
        {
            return ([.. shell, command.Words[0]], []);
        }

        if (instruction.IsScript)
        {
            // A script of its own, or the shell's.
            var content = first.Chomp ? string.Concat(first.Content.Split('\n').Select(line => line.TrimStart('\t') + "\n")).TrimEnd('\n') + "\n" : first.Content;
            return content.StartsWith("#!", StringComparison.Ordinal)
                ? ([.. shell, $"/dev/pipes/{first.Name}"], [new($"/dev/pipes/{first.Name}", content)])
                : ([.. shell, content], []);
        }

        return ([.. shell, $"{command.Words[0].Trim()}\n{string.Join('\n', instruction.Heredocs.Select(document => document.Content + document.Name))}"], []);
    }

    private static void Add(StagePlan plan, Step step, string createdBy)
    {
        plan.Step = step;
        plan.LayerSteps.Add(step);
        plan.History.Add(new() { CreatedBy = createdBy, Comment = Comment });
    }

    private static string AbsolutePath(StagePlan plan, string path)
    {
        var start = path.StartsWith('/') ? "/" : plan.Config.WorkingDir is { Length: > 0 } directory ? directory : "/";
        return Path.GetFullPath(Path.Combine(start, path.Length == 0 ? "." : path));
    }
}
