using Gantry.Linux;
using Gantry.Linux.Plans;
using Gantry.Runtime.Monitor.Logs.Receivers;
using Gantry.Runtime.Monitor.Runtimes;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>Why a process could not be started, in the words and with the exit codes that Docker's users and programs know.</summary>
internal static class StartFailure
{
    private const int EngineFault = 125;
    private const int NotExecutable = 126;
    private const int NotFound = 127;

    public static (int ExitCode, string Message) Describe(Exception failure, string program, bool exec)
    {
        var action = exec ? "exec" : "create";
        var begin = exec ? "exec failed: unable to start container process" : "unable to start container process";
        return failure switch
        {
            PlanException plan => (plan.ExitCode, $"OCI runtime {action} failed: {begin}: {Words(plan, program)}: unknown"),
            OciRuntimeException => (CodeOf(failure.Message, program), $"OCI runtime {action} failed: {failure.Message}: unknown"),
            LogReceiverException => (EngineFault, failure.Message),
            _ => (EngineFault, $"OCI runtime {action} failed: {failure.Message}: unknown"),
        };
    }

    /// <summary>Docker reads it out of what the runtime says.</summary>
    private static int CodeOf(string reason, string program)
    {
        bool Says(string words) => reason.Contains(words, StringComparison.OrdinalIgnoreCase);
        return Says(program) && (Says("executable file not found") || Says("no such file or directory")) ? NotFound
            : Says("permission denied") || Says("is a directory") ? NotExecutable
            : EngineFault;
    }

    private static string Words(PlanException plan, string program)
    {
        if (plan is { Step: StepKind.ChangeDirectory, Subject: { } directory })
        {
            return $"chdir to cwd (\"{directory}\") set in config.json failed: {LinuxException.Words(plan.Errno)}";
        }

        if (plan.Step is not (StepKind.FindExecutable or StepKind.Execute))
        {
            return plan.Message;
        }

        var isPath = program.Contains('/', StringComparison.Ordinal);
        return plan.Errno switch
        {
            Errno.ENOENT when plan.Step == StepKind.Execute => $"exec {program}: no such file or directory",
            Errno.ENOENT or Errno.ENOTDIR when isPath => $"exec: \"{program}\": stat {program}: no such file or directory",
            Errno.ENOENT or Errno.ENOTDIR => $"exec: \"{program}\": executable file not found in $PATH",
            Errno.EACCES or Errno.EPERM => $"exec: \"{program}\": permission denied",
            Errno.EISDIR => $"exec: \"{program}\": is a directory",
            Errno.ENOEXEC => $"exec {program}: exec format error",
            _ => plan.Message,
        };
    }
}
