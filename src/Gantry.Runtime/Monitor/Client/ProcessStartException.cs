namespace Gantry.Runtime.Monitor.Client;

/// <summary>A container or exec process could not be started; the message is Docker's, for the user.</summary>
/// <param name="exitCode">What Docker exits with: 127 not found, 126 cannot be run, 125 the engine's own fault.</param>
/// <param name="message">Why.</param>
public sealed class ProcessStartException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
