using Gantry.Linux.Netlink;

namespace Gantry.Linux.Nftables;

/// <summary>What a packet brings that meta can load (NFT_META_*).</summary>
public enum NftMeta
{
    Mark = 3,
    InputName = 6,
    OutputName = 7,
    Family = 15,
    Protocol = 16,
}

/// <summary>Bits of ct state and ct status (linux/netfilter/nf_conntrack_common.h).</summary>
[Flags]
public enum NftConnection
{
    Established = 0x2,
    Related = 0x4,
    DestinationChanged = 0x20,
}

/// <summary>
/// The expressions of a rule, in order: each goes on with the next one, or leaves the rule. Values pass through registers of
/// four bytes, here by their number from 0 (NFT_REG32_00 and on); longer values take several.
/// </summary>
public sealed class NftRule(NetlinkMessages messages)
{
    private const int FirstRegister = 8;
    private const int VerdictRegister = 0;
    private const int NetworkHeader = 1;
    private const int TransportHeader = 2;

    public NftRule Meta(NftMeta key, int register = 0) => Expression("meta", () =>
    {
        messages.AttributeBig(1, Register(register));
        messages.AttributeBig(2, (uint)key);
    });

    public NftRule Equals(ReadOnlySpan<byte> value, int register = 0) => Compare(0, value, register);

    public NftRule Differs(ReadOnlySpan<byte> value, int register = 0) => Compare(1, value, register);

    /// <summary>Goes on for packets of IPv4 (2) or IPv6 (10).</summary>
    public NftRule Family(NftFamily family) => Meta(NftMeta.Family).Equals([(byte)family]);

    /// <summary>Loads the destination address; the family must be known by then.</summary>
    public NftRule Destination(NftFamily family, int register = 0) =>
        family == NftFamily.IPv4 ? Payload(NetworkHeader, 16, 4, register) : Payload(NetworkHeader, 24, 16, register);

    /// <summary>Goes on where the destination begins with these bytes.</summary>
    public NftRule DestinationPrefix(NftFamily family, ReadOnlySpan<byte> prefix) =>
        Payload(NetworkHeader, family == NftFamily.IPv4 ? 16u : 24u, (uint)prefix.Length, 0).Equals(prefix);

    public NftRule SourcePrefix(NftFamily family, ReadOnlySpan<byte> prefix) =>
        Payload(NetworkHeader, family == NftFamily.IPv4 ? 12u : 8u, (uint)prefix.Length, 0).Equals(prefix);

    public NftRule Source(NftFamily family, int register = 0) =>
        family == NftFamily.IPv4 ? Payload(NetworkHeader, 12, 4, register) : Payload(NetworkHeader, 8, 16, register);

    /// <summary>Loads the destination port, which tcp, udp and sctp have in the same place.</summary>
    public NftRule DestinationPort(int register) => Payload(TransportHeader, 2, 2, register);

    public NftRule SourcePort(int register) => Payload(TransportHeader, 0, 2, register);

    /// <summary>
    /// Writes another port into a packet of tcp or udp, without connection tracking; the checksum follows. The register is
    /// used up.
    /// </summary>
    public NftRule RewritePort(bool source, ushort port, bool udp, int register = 0)
    {
        const uint internetChecksum = 1, udpChecksum = 6, tcpChecksum = 16;
        Expression("immediate", () =>
        {
            messages.AttributeBig(1, Register(register));
            using (messages.Nested(2)) messages.Attribute(1, [(byte)(port >> 8), (byte)port]);
        });
        return Expression("payload", () =>
        {
            messages.AttributeBig(2, TransportHeader);
            messages.AttributeBig(3, source ? 0u : 2u);
            messages.AttributeBig(4, 2);
            messages.AttributeBig(5, Register(register));
            messages.AttributeBig(6, internetChecksum);
            messages.AttributeBig(7, udp ? udpChecksum : tcpChecksum);
        });
    }

    /// <summary>Goes on where one of the states holds.</summary>
    public NftRule StateIsOneOf(NftConnection states) => Connection(0, states);

    /// <summary>Goes on where the status holds.</summary>
    public NftRule StatusHas(NftConnection status) => Connection(2, status);

    /// <summary>Goes on where the value of the registers is in the set.</summary>
    public NftRule In(NftSet set, int register = 0) => Expression("lookup", () =>
    {
        messages.Attribute(1, set.Name);
        messages.AttributeBig(2, Register(register));
    });

    public NftRule NotIn(NftSet set, int register = 0)
    {
        const uint inverted = 1;
        return Expression("lookup", () =>
        {
            messages.Attribute(1, set.Name);
            messages.AttributeBig(2, Register(register));
            messages.AttributeBig(5, inverted);
        });
    }

    /// <summary>Goes on where the map has the value, with what it leads to in the registers from <paramref name="target"/> on.</summary>
    public NftRule Map(NftSet map, int register = 0, int target = 0) => Expression("lookup", () =>
    {
        messages.Attribute(1, map.Name);
        messages.AttributeBig(2, Register(register));
        messages.AttributeBig(3, Register(target));
    });

    /// <summary>Goes on for packets to an address of the host (fib daddr type local).</summary>
    public NftRule DestinationIsLocal()
    {
        const uint addressType = 3, destination = 2;
        Expression("fib", () =>
        {
            messages.AttributeBig(1, Register(0));
            messages.AttributeBig(2, addressType);
            messages.AttributeBig(3, destination);
        });
        return Equals([2, 0, 0, 0]);
    }

    /// <summary>Redirects to the address in one register, and to the port in another where there is one.</summary>
    public NftRule DestinationNat(NftFamily family, int address, int? port) => Nat(1, family, address, port);

    public NftRule SourceNat(NftFamily family, int address) => Nat(0, family, address, null);

    public NftRule Masquerade() => Expression("masq", () => { });

    public NftRule Counter() => Expression("counter", () => { });

    public NftRule Accept() => Verdict(1);

    public NftRule Drop() => Verdict(0);

    /// <summary>Leaves the chain.</summary>
    public NftRule Return() => Verdict(-5);

    public NftRule Jump(string chain) => Verdict(-3, chain);

    public NftRule Goto(string chain) => Verdict(-4, chain);

    private static uint Register(int register) => (uint)(FirstRegister + register);

    private NftRule Payload(uint header, uint offset, uint length, int register) => Expression("payload", () =>
    {
        messages.AttributeBig(1, Register(register));
        messages.AttributeBig(2, header);
        messages.AttributeBig(3, offset);
        messages.AttributeBig(4, length);
    });

    private NftRule Compare(uint operation, ReadOnlySpan<byte> value, int register)
    {
        using (messages.Nested(1))
        {
            messages.Attribute(1, "cmp");
            using (messages.Nested(2))
            {
                messages.AttributeBig(1, Register(register));
                messages.AttributeBig(2, operation);
                using (messages.Nested(3)) messages.Attribute(1, value);
            }
        }

        return this;
    }

    private NftRule Connection(uint key, NftConnection bits)
    {
        Expression("ct", () =>
        {
            messages.AttributeBig(1, Register(0));
            messages.AttributeBig(2, key);
        });
        Expression("bitwise", () =>
        {
            messages.AttributeBig(1, Register(0));
            messages.AttributeBig(2, Register(0));
            messages.AttributeBig(3, 4);
            using (messages.Nested(4)) messages.Attribute(1, (uint)bits);
            using (messages.Nested(5)) messages.Attribute(1, 0u);
        });
        return Differs([0, 0, 0, 0]);
    }

    private NftRule Nat(uint type, NftFamily family, int address, int? port) => Expression("nat", () =>
    {
        messages.AttributeBig(1, type);
        messages.AttributeBig(2, (uint)family);
        messages.AttributeBig(3, Register(address));
        if (port is { } register) messages.AttributeBig(5, Register(register));
    });

    private NftRule Verdict(int code, string? chain = null) => Expression("immediate", () =>
    {
        messages.AttributeBig(1, VerdictRegister);
        using (messages.Nested(2))
        using (messages.Nested(2))
        {
            messages.AttributeBig(1, (uint)code);
            if (chain is not null) messages.Attribute(2, chain);
        }
    });

    private NftRule Expression(string name, Action write)
    {
        using (messages.Nested(1))
        {
            messages.Attribute(1, name);
            using (messages.Nested(2)) write();
        }

        return this;
    }
}
