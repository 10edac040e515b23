using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Plans;
using Gantry.Linux.Poll;
using Gantry.Linux.Processes;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Hooks;

/// <summary>Programs that the owner of a container has run at points of its life (config.md, hooks).</summary>
internal static class HookRunner
{
    private const int SigKill = 9;
    private const int MostOutput = 1024;

    public static bool HasRuntimeHooks(HooksSpec? hooks) => hooks is { Prestart.Count: > 0 } or { CreateRuntime.Count: > 0 };

    /// <summary>Runs hooks in this process's namespaces, one after the other.</summary>
    /// <param name="state">What they read.</param>
    /// <exception cref="InternalException">One failed; those after it were not run.</exception>
    public static void Run(IReadOnlyList<HookSpec>? hooks, string name, Func<byte[]> state)
    {
        for (var i = 0; i < (hooks?.Count ?? 0); i++)
        {
            Run(hooks![i], $"hooks.{name}[{i}]: {hooks[i].Path}", state());
        }
    }

    /// <summary>As <see cref="Run(IReadOnlyList{HookSpec}, string, Func{byte[]})"/>, but one that fails is told and passed over.</summary>
    public static void RunAll(IReadOnlyList<HookSpec>? hooks, string name, Func<byte[]> state, Action<string>? warn)
    {
        for (var i = 0; i < (hooks?.Count ?? 0); i++)
        {
            try
            {
                Run(hooks![i], $"hooks.{name}[{i}]: {hooks[i].Path}", state());
            }
            catch (InternalException e)
            {
                warn?.Invoke(e.Message);
            }
        }
    }

    /// <summary>Hooks that a container's init runs itself.</summary>
    public static IEnumerable<HookStep> Steps(IReadOnlyList<HookSpec>? hooks, HookState state, string status)
    {
        if (hooks is not { Count: > 0 })
        {
            return [];
        }

        var (before, after) = state.Around(status);
        return hooks.Select(h => new HookStep(h.Path, Arguments(h), h.Env ?? [], before, after, h.Timeout));
    }

    private static void Run(HookSpec hook, string subject, byte[] state)
    {
        using var input = MemoryFile.Create("state", state);
        using var output = MemoryFile.Create("output");
        using var process = Start(hook, subject, input, output);
        if (hook.Timeout is { } seconds && !process.AwaitEnd(seconds * 1000))
        {
            process.TrySignal(SigKill);
            process.Wait();
            throw new InternalException($"{subject}: it took longer than its timeout of {seconds} s{Said(output)}");
        }

        var status = process.Wait();
        if (status.Code != 0)
        {
            throw new InternalException(status.Signal == 0
                ? $"{subject}: it failed with exit code {status.Code}{Said(output)}"
                : $"{subject}: it was ended by signal {status.Signal}{Said(output)}");
        }
    }

    private static PidFd Start(HookSpec hook, string subject, FileDescriptor input, FileDescriptor output)
    {
        try
        {
            return PidFd.Open(ProcessSpawner.Spawn(new()
            {
                Program = hook.Path,
                Arguments = Arguments(hook),
                Environment = hook.Env ?? [],
                Descriptors = [new(input, 0), new(output, 1), new(output, 2)],
            }));
        }
        catch (LinuxException e)
        {
            throw new InternalException($"{subject}: it cannot be run: {LinuxException.Describe(e.Errno)}", e);
        }
    }

    private static IReadOnlyList<string> Arguments(HookSpec hook) => hook.Args is { Count: > 0 } args ? args : [hook.Path];

    private static string Said(FileDescriptor output)
    {
        var bytes = MemoryFile.ReadAll(output);
        var text = Encoding.UTF8.GetString(bytes.AsSpan(Math.Max(0, bytes.Length - MostOutput))).Trim();
        return text.Length == 0 ? string.Empty : ": " + text.ReplaceLineEndings(" ");
    }
}
