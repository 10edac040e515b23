using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Sockets;

/// <summary>Addresses of a host by its name, as this machine resolves names (getaddrinfo(3)).</summary>
public static unsafe class NameLookup
{
    private const int StreamType = 1;

    /// <summary>Waits for the name service; an address needs none.</summary>
    /// <returns>None where the name has no address, or nobody answers.</returns>
    public static IReadOnlyList<InternetEndPoint> Find(string host, int port)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return [new(new IPEndPoint(address, port))];
        }

        var hints = new Libc.AddressInformation { SocketType = StreamType };
        Libc.AddressInformation* first = null;
        if (Libc.GetAddressInformation(host, port.ToString(CultureInfo.InvariantCulture), &hints, &first) != 0)
        {
            return [];
        }

        List<InternetEndPoint> found = [];
        for (var each = first; each is not null; each = each->Next)
        {
            InternetEndPoint endPoint = default;
            new Span<byte>(each->Address, (int)Math.Min(each->AddressLength, InternetEndPoint.Size)).CopyTo(MemoryMarshal.AsBytes(new Span<InternetEndPoint>(ref endPoint)));
            found.Add(endPoint);
        }

        Libc.FreeAddressInformation(first);
        return found;
    }
}
