using System.Net;
using System.Numerics;

namespace Gantry.Cli.Hcl.Functions;

/// <summary>Functions of network prefixes.</summary>
internal static class AddressFunctions
{
    public static HclFunction? Find(string name) => name switch
    {
        "cidrhost" => new(2, 2, Host),
        "cidrnetmask" => new(1, 1, call => Prefix(call) is var prefix && prefix.Bits == 32 ? HclValue.Of(Address(Mask(prefix.Length, 32), 32).ToString()) : throw call.Wrong(0, "must be of IPv4")),
        "cidrsubnet" => new(3, 3, call => HclValue.Of(Subnet(call, Prefix(call), call.Integer(1), call.Integer(2)))),
        "cidrsubnets" => new(1, HclFunction.Any, Subnets),
        _ => null,
    };

    private static HclValue Host(HclCall call)
    {
        var prefix = Prefix(call);
        var number = (BigInteger)call.Number(1);
        var count = BigInteger.One << (prefix.Bits - prefix.Length);
        if (number >= count || number < -count) throw call.Wrong(1, $"is more than the prefix has addresses: {count}");
        return HclValue.Of(Address(prefix.Network + (number < 0 ? count + number : number), prefix.Bits).ToString());
    }

    private static string Subnet(HclCall call, (BigInteger Network, int Length, int Bits) prefix, int more, BigInteger number)
    {
        var length = prefix.Length + more;
        if (more < 0 || length > prefix.Bits) throw call.Wrong(1, $"makes a prefix of {length} bits, of {prefix.Bits}");
        if (number < 0 || number >= BigInteger.One << more) throw call.Wrong(2, $"is no number of {more} bits: {number}");
        return $"{Address(prefix.Network + (number << (prefix.Bits - length)), prefix.Bits)}/{length}";
    }

    private static HclValue Subnets(HclCall call)
    {
        var prefix = Prefix(call);
        var next = prefix.Network;
        var end = prefix.Network + (BigInteger.One << (prefix.Bits - prefix.Length));
        var made = new List<HclValue>();
        for (var i = 1; i < call.Count; i++)
        {
            var length = prefix.Length + call.Integer(i);
            if (length <= prefix.Length || length > prefix.Bits) throw call.Wrong(i, $"makes a prefix of {length} bits, of {prefix.Bits}");
            var size = BigInteger.One << (prefix.Bits - length);
            next = (next + size - 1) / size * size;
            if (next + size > end) throw call.Wrong(i, "makes a prefix that has no room any more");
            made.Add(HclValue.Of($"{Address(next, prefix.Bits)}/{length}"));
            next += size;
        }

        return HclValue.Of(made);
    }

    private static (BigInteger Network, int Length, int Bits) Prefix(HclCall call)
    {
        var text = call.Text(0);
        if (text.Split('/') is not [var start, var size] || !IPAddress.TryParse(start, out var address) || !int.TryParse(size, out var length) || length < 0 || length > address.GetAddressBytes().Length * 8)
        {
            throw call.Wrong(0, $"is no prefix like 10.0.0.0/8: {text}");
        }

        var bytes = address.GetAddressBytes();
        return (new BigInteger(bytes, isUnsigned: true, isBigEndian: true) & Mask(length, bytes.Length * 8), length, bytes.Length * 8);
    }

    private static BigInteger Mask(int length, int bits) => ((BigInteger.One << length) - 1) << (bits - length);

    private static IPAddress Address(BigInteger number, int bits)
    {
        var bytes = new byte[bits / 8];
        var given = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        given.CopyTo(bytes.AsSpan(bytes.Length - given.Length));
        return new(bytes);
    }
}
