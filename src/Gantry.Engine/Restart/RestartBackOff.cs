using Gantry.Spec.Engine;

namespace Gantry.Engine.Restart;

/// <summary>When a container that ended runs again: Docker's policies, 100 ms doubled at each short run up to a minute.</summary>
internal sealed class RestartBackOff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongRun = TimeSpan.FromSeconds(10);
    private TimeSpan last;
    private int failures;

    /// <summary>A start by a user begins anew.</summary>
    public void Reset() => (last, failures) = (TimeSpan.Zero, 0);

    /// <summary>How long to wait before the next start; null: it stays ended.</summary>
    /// <param name="policy">The container's.</param>
    /// <param name="exitCode">How it ended.</param>
    /// <param name="ran">How long it ran.</param>
    public TimeSpan? Next(RestartPolicy policy, int exitCode, TimeSpan ran)
    {
        var again = policy.Name switch
        {
            "always" or "unless-stopped" => true,
            "on-failure" => exitCode != 0 && (policy.MaximumRetryCount == 0 || failures < policy.MaximumRetryCount),
            _ => false,
        };
        if (!again)
        {
            return null;
        }

        failures++;
        last = last == TimeSpan.Zero || ran >= LongRun ? First : last * 2 > Longest ? Longest : last * 2;
        return last;
    }

    /// <summary>Whether a container that is found ended when the daemon or the machine starts is to run.</summary>
    public static bool AppliesAtDaemonStart(RestartPolicy policy, bool wasRunning, bool manuallyStopped, int exitCode) => policy.Name switch
    {
        "always" => true,
        "unless-stopped" => !manuallyStopped,
        "on-failure" => wasRunning && exitCode != 0,
        _ => false,
    };
}
