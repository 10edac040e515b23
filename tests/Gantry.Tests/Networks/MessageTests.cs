using System.Net;
using System.Net.NetworkInformation;
using Gantry.Linux.Netlink;
using Gantry.Linux.Nftables;
using Gantry.Network.Rules;

namespace Gantry.Tests.Networks;

/// <summary>Messages byte by byte, as the kernel's headers have them; written for little-endian machines, which all ours are.</summary>
public sealed class MessageTests
{
    [Fact]
    public void An_address()
    {
        var batch = new RouteBatch().AddAddress(5, IPAddress.Parse("172.17.0.2"), 16);
        Assert.Equal(
            "30000000" + "1400" + "0506" + "00000000" + "00000000" // 48 bytes, RTM_NEWADDR, REQUEST ACK CREATE EXCL
            + "02" + "10" + "00" + "00" + "05000000" // AF_INET /16 of link 5
            + "08000200" + "ac110002" // IFA_LOCAL
            + "08000100" + "ac110002" // IFA_ADDRESS
            + "08000400" + "ac11ffff", // IFA_BROADCAST
            Hex(batch.Messages));
    }

    [Fact]
    public void A_pair_of_links()
    {
        var peer = new LinkRequest("eth0") { Address = PhysicalAddress.Parse("02-42-AC-11-00-02") };
        var batch = new RouteBatch().AddLink(new LinkRequest("v", new VethLink(peer)) { Master = 7, Up = true });
        Assert.Equal(
            "70000000" + "1000" + "0506" + "00000000" + "00000000" // RTM_NEWLINK
            + "00000000" + "00000000" + "01000000" + "01000000" // IFF_UP
            + "06000300" + "76000000" // IFLA_IFNAME
            + "08000a00" + "07000000" // IFLA_MASTER
            + "40001280" // IFLA_LINKINFO
            + "09000100" + "7665746800000000" // IFLA_INFO_KIND veth
            + "30000280" + "2c000180" // IFLA_INFO_DATA, VETH_INFO_PEER
            + "00000000" + "00000000" + "00000000" + "00000000"
            + "09000300" + "6574683000000000" + "0a000100" + "0242ac1100020000",
            Hex(batch.Messages));
    }

    [Fact]
    public void An_element_of_a_map()
    {
        var element = NftElement.Of(
            new NftValue().Add(6).Add((ushort)8080).ToArray(), new NftValue().Add(IPAddress.Parse("172.17.0.2")).Add((ushort)80).ToArray());
        var batch = new NftBatch(NftFamily.Inet, "gantry").AddElements(RuleTable.IPv4.AnyPorts, element);
        const int begin = 40;
        Assert.Equal(
            "58000000" + "0c0a" + "0104" + "00000000" + "00000000" + "01000000" // NFT_MSG_NEWSETELEM, inet
            + "0b000100" + "67616e7472790000" // table
            + "0e000200" + "616e79706f72747334000000" // set
            + "28000380" + "24000180"
            + "10000180" + "0c000100" + "06000000" + "1f900000" // key
            + "10000280" + "0c000100" + "ac110002" + "00500000", // data
            Hex(batch.Messages)[begin..]);
    }

    [Fact]
    public void A_range_of_one_part_is_its_beginning_and_the_end_behind_it()
    {
        var batch = new NftBatch(NftFamily.Inet, "t").AddElements(
            RuleTable.IPv4.Masquerade, NftElement.Range([172, 17, 0, 0], [172, 17, 255, 255]), NftElement.Range([255, 0, 0, 0], [255, 255, 255, 255]));
        var text = Hex(batch.Messages);
        Assert.Contains("08000100" + "ac110000", text, StringComparison.Ordinal);
        Assert.Contains("08000100" + "ac120000" + "08000300" + "00000001", text, StringComparison.Ordinal);
        // Behind the highest address there is nothing.
        Assert.EndsWith("08000100" + "ff000000", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_elements_are_several_messages_none_longer_than_an_attribute_may_be()
    {
        var elements = Enumerable.Range(0, 5000).Select(i => NftElement.Of(new NftValue().Add($"link{i}").ToArray())).ToArray();
        var batch = new NftBatch(NftFamily.Inet, "t").AddElements(RuleTable.Bridges, elements);
        Assert.InRange(batch.Messages.Count, 4, 10);
        Assert.InRange(batch.Messages.Bytes.Length, 5000 * 28, 5000 * 29);
    }

    [Fact]
    public void Attributes_that_are_cut_short_end_the_walk()
    {
        var attributes = new NetlinkAttributes([8, 0, 1, 0, 1, 2, 3, 4, 9, 0, 2, 0, 1]);
        Assert.True(attributes.Next());
        Assert.Equal((1, 0x04030201u), (attributes.Type, attributes.UInt32));
        Assert.False(attributes.Next());
    }

    private static string Hex(NetlinkMessages messages) => Convert.ToHexStringLower(messages.Bytes);
}
