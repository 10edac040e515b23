namespace Gantry.Runtime.Monitor.Logs;

/// <summary>How messages stand in a file, or go to a receiver.</summary>
internal interface IMessageFormat
{
    /// <summary>Room that is enough for a message.</summary>
    int Room(in LogMessage message);

    /// <summary>Writes a message and returns its length.</summary>
    int Write(Span<byte> destination, in LogMessage message);
}
