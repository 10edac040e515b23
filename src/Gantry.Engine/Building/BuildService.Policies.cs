using Gantry.Linux;
using Gantry.Spec;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Building;

internal sealed partial class BuildService
{
    private int cleaning;

    /// <summary>After a build, what the policies of the configuration leave no room for goes; nobody waits for it.</summary>
    private void CleanSoon()
    {
        if (parts.Options.BuildCachePolicies.Count > 0 && Interlocked.Exchange(ref cleaning, 1) == 0)
        {
            _ = Task.Run(Clean);
        }
    }

    private void Clean()
    {
        try
        {
            foreach (var policy in parts.Options.BuildCachePolicies)
            {
                if (Prune(policy).SpaceReclaimed is > 0 and var freed)
                {
                    TellPruned(freed);
                }
            }
        }
        catch (Exception e) when (e is GantryException or IOException or LinuxException or UnauthorizedAccessException)
        {
            LogNotCleaned(parts.Logger, e);
        }
        finally
        {
            Volatile.Write(ref cleaning, 0);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the build cache could not be kept within its policies")]
    private static partial void LogNotCleaned(ILogger logger, Exception exception);
}
