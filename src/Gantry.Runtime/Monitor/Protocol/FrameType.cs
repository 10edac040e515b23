namespace Gantry.Runtime.Monitor.Protocol;

/// <summary>
/// The first byte of a frame. 0 to 2 are Docker's stream numbers, so that what an attached client receives of a
/// container without a terminal is Docker's multiplexed stream as it stands.
/// </summary>
public enum FrameType : byte
{
    Stdin = 0,
    Stdout = 1,
    Stderr = 2,

    /// <summary>First frame of a connection: requests and events follow.</summary>
    Control = 0x10,

    /// <summary>First frame of a connection: the container's streams; argument: <see cref="MonitorStreams"/>.</summary>
    Attach = 0x11,

    /// <summary>First frame of a connection: start this <see cref="ExecRequest"/>, then its streams; argument as for Attach.</summary>
    ExecAttach = 0x12,

    /// <summary>First frame that a waiting monitor gets: its <see cref="MonitorAssignment"/>.</summary>
    Assign = 0x13,

    Start = 0x20,
    Kill = 0x21,
    Resize = 0x22,
    ExecResize = 0x23,
    ExecKill = 0x24,
    CloseStdin = 0x25,
    State = 0x26,

    /// <summary>Relay these ports; their sockets come with the frame, as descriptors.</summary>
    AddPorts = 0x27,
    RemovePorts = 0x28,

    Ok = 0x40,
    Failed = 0x41,
    ExecStarted = 0x42,

    Ready = 0x50,
    Started = 0x51,
    Exited = 0x52,
    ExecExited = 0x53,
    Oom = 0x54,

    /// <summary>The container could not be created or its program not be started; the monitor ends.</summary>
    StartFailed = 0x55,
}
