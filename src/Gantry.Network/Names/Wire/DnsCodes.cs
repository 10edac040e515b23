namespace Gantry.Network.Names.Wire;

/// <summary>Types of records that are looked at (RFC 1035, 3596, 6891); every other is only passed on.</summary>
internal enum RecordType : ushort
{
    A = 1,
    Ptr = 12,
    Aaaa = 28,
    Opt = 41,
    Any = 255,
}

/// <summary>How a query ended (RFC 1035, 4.1.1).</summary>
internal enum ResponseCode : byte
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
}
