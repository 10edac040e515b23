using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>The capabilities of this process.</summary>
public static unsafe class Capabilities
{
    /// <summary>Those it may use (capget(2)).</summary>
    public static CapabilitySet Permitted
    {
        get
        {
            var header = stackalloc uint[2];
            header[0] = 0x20080522;
            var data = stackalloc uint[6];
            var result = Raw.Call(SyscallNumber.CapGet, (nint)header, (nint)data);
            return result < 0 ? throw new LinuxException("capget", (Errno)(-result)) : new(data[1] | ((ulong)data[4] << 32));
        }
    }

    /// <summary>Those that it and what it executes can ever have (PR_CAPBSET_READ).</summary>
    public static CapabilitySet Bounding
    {
        get
        {
            const int read = 23;
            ulong bits = 0;
            for (var capability = 0; capability < 64; capability++)
            {
                var result = Raw.Call(SyscallNumber.PrCtl, read, capability);
                if (result < 0)
                {
                    break;
                }

                bits |= (ulong)result << capability;
            }

            return new(bits);
        }
    }
}
