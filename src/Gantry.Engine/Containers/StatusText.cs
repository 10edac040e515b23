using System.Globalization;

namespace Gantry.Engine.Containers;

/// <summary>How <c>docker ps</c> says what a container is doing.</summary>
internal static class StatusText
{
    public static string Of(RunState state, string? health, DateTimeOffset now)
    {
        if (state.Running)
        {
            if (state.Paused)
            {
                return $"Up {Duration(now - state.StartedAt)} (Paused)";
            }

            if (state.Restarting)
            {
                return $"Restarting ({Number(state.ExitCode)}) {Duration(now - state.FinishedAt)} ago";
            }

            var up = $"Up {Duration(now - state.StartedAt)}";
            return health switch
            {
                "starting" => $"{up} (health: starting)",
                "healthy" or "unhealthy" => $"{up} ({health})",
                _ => up,
            };
        }

        return state switch
        {
            { Removing: true } => "Removal In Progress",
            { Dead: true } => "Dead",
            { StartedAt: null } => "Created",
            { FinishedAt: null } => "",
            _ => $"Exited ({Number(state.ExitCode)}) {Duration(now - state.FinishedAt)} ago",
        };
    }

    /// <summary>An approximate duration in words, as Docker's clients are used to.</summary>
    public static string Duration(TimeSpan? span)
    {
        var time = span is { } known && known > TimeSpan.Zero ? known : TimeSpan.Zero;
        var hours = (int)Math.Round(time.TotalHours, MidpointRounding.AwayFromZero);
        return time switch
        {
            { TotalSeconds: < 1 } => "Less than a second",
            { TotalSeconds: < 2 } => "1 second",
            { TotalMinutes: < 1 } => $"{Number((int)time.TotalSeconds)} seconds",
            { TotalMinutes: < 2 } => "About a minute",
            { TotalHours: < 1 } => $"{Number((int)time.TotalMinutes)} minutes",
            _ when hours == 1 => "About an hour",
            _ when hours < 48 => $"{Number(hours)} hours",
            _ when hours < 24 * 7 * 2 => $"{Number(hours / 24)} days",
            _ when hours < 24 * 30 * 2 => $"{Number(hours / 24 / 7)} weeks",
            _ when hours < 24 * 365 * 2 => $"{Number(hours / 24 / 30)} months",
            _ => $"{Number((int)(time.TotalHours / 24 / 365))} years",
        };
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
