namespace Gantry.Linux.Netlink;

/// <summary>RTM_* of linux/rtnetlink.h.</summary>
internal static class RouteMessage
{
    public const int NewLink = 16;
    public const int DeleteLink = 17;
    public const int GetLink = 18;
    public const int NewAddress = 20;
    public const int DeleteAddress = 21;
    public const int GetAddress = 22;
    public const int NewRoute = 24;
    public const int DeleteRoute = 25;
    public const int GetRoute = 26;
    public const int DeleteNeighbour = 29;
}

/// <summary>IFLA_* of linux/if_link.h.</summary>
internal static class LinkAttribute
{
    public const int Address = 1;
    public const int Name = 3;
    public const int Mtu = 4;
    public const int Link = 5;
    public const int Master = 10;
    public const int OperationalState = 16;
    public const int Information = 18;
    public const int Alias = 20;
    public const int Statistics = 23;
    public const int FamilySpecific = 26;
    public const int NamespaceDescriptor = 28;
    public const int InformationKind = 1;
    public const int InformationData = 2;
    public const int InformationSlaveKind = 4;
    public const int InformationSlaveData = 5;
}

/// <summary>RTA_* of linux/rtnetlink.h.</summary>
internal static class RouteAttribute
{
    public const int Destination = 1;
    public const int OutgoingLink = 4;
    public const int Gateway = 5;
    public const int Table = 15;
}
