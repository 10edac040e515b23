using Gantry.Images.Records;

namespace Gantry.Engine.Machine;

/// <summary>The id of a data root, as <c>docker info</c> shows it.</summary>
internal static class DaemonIdentity
{
    public static string Of(Database database)
    {
        database.Migrate("daemon", ["CREATE TABLE daemon(id TEXT PRIMARY KEY) STRICT"]);
        return database.Write(records =>
        {
            if (records.Query("SELECT id FROM daemon", row => row.GetString(0)) is [var known, ..])
            {
                return known;
            }

            var made = Guid.NewGuid().ToString();
            records.Execute("INSERT INTO daemon(id) VALUES($1)", made);
            return made;
        });
    }
}
