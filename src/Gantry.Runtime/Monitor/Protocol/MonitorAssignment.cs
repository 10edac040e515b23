namespace Gantry.Runtime.Monitor.Protocol;

/// <summary>
/// A waiting monitor's container. Descriptors come with the frame: the root as a detached mount and the network
/// namespace to join, where there are such, and then the other detached mounts.
/// </summary>
internal sealed record MonitorAssignment(string Bundle, bool HasRoot, bool HasNetwork)
{
    public byte[] ToFrame() => new FlatWriter(FrameType.Assign).String(Bundle).Flag(HasRoot).Flag(HasNetwork).ToFrame();

    public static MonitorAssignment Read(ReadOnlySpan<byte> payload)
    {
        var reader = new FlatReader(payload);
        return new MonitorAssignment(reader.String(), reader.Flag(), reader.Flag());
    }
}
