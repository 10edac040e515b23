using Gantry.Linux;
using Gantry.Linux.Nftables;
using Microsoft.Extensions.Logging;

namespace Gantry.Network.Rules;

/// <summary>Makes the table anew when somebody has damaged it: a firewall that reloads flushes what is not its own, too.</summary>
internal sealed partial class RuleGuard : IDisposable
{
    // A reload is often several transactions: the table is made once they are through.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly NftWatch watch;
    private readonly RuleKeeper keeper;
    private readonly string table;
    private readonly ILogger logger;
    private readonly Thread thread;

    public RuleGuard(NftWatch watch, RuleKeeper keeper, string table, ILogger logger)
    {
        (this.watch, this.keeper, this.table, this.logger) = (watch, keeper, table, logger);
        thread = new Thread(Serve) { IsBackground = true, Name = "nftables guard" };
        thread.Start();
    }

    public void Dispose()
    {
        watch.Stop();
        thread.Join();
        watch.Dispose();
    }

    private void Serve()
    {
        while (watch.Wait(table, keeper.Port))
        {
            Thread.Sleep(Settle);
            watch.Skip();
            try
            {
                if (keeper.Restore()) LogRestored(logger, table);
            }
            catch (LinuxException e)
            {
                LogFailed(logger, table, e);
                Thread.Sleep(Pause);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "nftables table {Table} was changed by somebody else and has been restored")]
    private static partial void LogRestored(ILogger logger, string table);

    [LoggerMessage(Level = LogLevel.Error, Message = "nftables table {Table} was changed by somebody else and could not be restored")]
    private static partial void LogFailed(ILogger logger, string table, Exception exception);
}
