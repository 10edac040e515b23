namespace Gantry.Compose.Loading;

/// <summary>Environment variables that switch something on, as Docker Compose reads them (<c>pkg/utils/stringutils.go</c>).</summary>
public static class SwitchVariable
{
    public const string IgnoreOrphans = "COMPOSE_IGNORE_ORPHANS";
    public const string RemoveOrphans = "COMPOSE_REMOVE_ORPHANS";
    public const string StatusOnOutput = "COMPOSE_STATUS_STDOUT";

    public static bool IsOn(string? value) => value?.Trim().ToUpperInvariant() is "1" or "T" or "TRUE" or "Y";
}
