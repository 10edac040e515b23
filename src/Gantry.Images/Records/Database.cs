using Gantry.Linux;
using Gantry.Spec;
using Microsoft.Data.Sqlite;

namespace Gantry.Images.Records;

/// <summary>
/// The engine's records: one SQLite file (WAL), one connection, one writer or reader at a time. A commit survives the
/// death of the process at once and the death of the machine after the next checkpoint (synchronous=NORMAL).
/// </summary>
public sealed class Database : IDisposable
{
    private const int Full = 13; // SQLITE_FULL
    private readonly SqliteConnection connection;
    private readonly RecordSession session;
    private readonly DiskReserve reserve;
    private readonly Lock gate = new();
    private bool disposed;

    private Database(SqliteConnection connection, string path)
    {
        this.connection = connection;
        session = new RecordSession(connection);
        reserve = new DiskReserve(path + "-reserve");
    }

    public static Database Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();
            using var settings = connection.CreateCommand();
            settings.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                + "CREATE TABLE IF NOT EXISTS migrations(component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;";
            settings.ExecuteNonQuery();
            return new Database(connection, path);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new InternalException($"cannot open the records at {path}: {e.Message}", e);
        }
    }

    /// <summary>Brings a component's tables to the newest form. A step, once released, never changes; new ones are added at the end.</summary>
    public void Migrate(string component, IReadOnlyList<string> steps) => Write(records =>
    {
        var done = records.Query("SELECT version FROM migrations WHERE component=$1", r => r.GetInt32(0), component).SingleOrDefault();
        if (done > steps.Count)
        {
            throw new ConflictException($"the records of {component} are of version {done}, made by a newer gantryd; this one knows {steps.Count}");
        }

        foreach (var step in steps.Skip(done))
        {
            records.Execute(step);
        }

        records.Execute("INSERT INTO migrations VALUES($1,$2) ON CONFLICT(component) DO UPDATE SET version=excluded.version", component, steps.Count);
    });

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction that is rolled back if it throws, and once more on the reserve where the disk is full.
    /// </summary>
    /// <exception cref="LinuxException">ENOSPC: the reserve is used up too.</exception>
    public T Write<T>(Func<RecordSession, T> work)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            while (true)
            {
                try
                {
                    var result = Run(work);
                    reserve.Restore();
                    return result;
                }
                catch (SqliteException e) when (e.SqliteErrorCode == Full)
                {
                    if (!reserve.Release())
                    {
                        throw new LinuxException("write", Errno.ENOSPC, connection.DataSource);
                    }
                }
            }
        }
    }

    private T Run<T>(Func<RecordSession, T> work)
    {
        using var transaction = connection.BeginTransaction();
        session.Transaction = transaction;
        try
        {
            var result = work(session);
            transaction.Commit();
            return result;
        }
        finally
        {
            session.Transaction = null;
        }
    }

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action<RecordSession> work) => Write(records =>
    {
        work(records);
        return true;
    });

    public T Read<T>(Func<RecordSession, T> work)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return work(session);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
            session.Dispose();
            using (var checkpoint = connection.CreateCommand())
            {
                checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
                checkpoint.ExecuteNonQuery();
            }

            connection.Dispose();
        }
    }
}
