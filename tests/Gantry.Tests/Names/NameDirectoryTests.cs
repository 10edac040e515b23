using System.Net;
using Gantry.Network.Names;
using Gantry.Network.Names.Local;

namespace Gantry.Tests.Names;

public sealed class NameDirectoryTests
{
    private readonly NameDirectory directory = new();

    [Fact]
    public void A_container_sees_the_names_of_its_own_networks()
    {
        Publish("front", "a", "10.0.0.1", "web", "alias");
        Publish("front", "b", "10.0.0.2", "Client");
        Publish("back", "c", "10.1.0.1", "db");
        Assert.Equal("10.0.0.1", Find("b", "web"));
        Assert.Equal("10.0.0.1", Find("b", "alias"));
        Assert.Equal("10.0.0.2", Find("a", "client"));
        Assert.Equal("10.0.0.1", Find("b", "web.front"));
        Assert.Null(Find("b", "db"));
        Assert.Null(Find("b", "db.back"));
        Assert.Null(Find("nobody", "web"));
        Publish("back", "b", "10.1.0.2", "client");
        Assert.Equal("10.1.0.1", Find("b", "db.back"));
    }

    [Fact]
    public void Dots_may_stand_in_names_and_in_networks()
    {
        Publish("Corp.Net", "a", "10.0.0.1", "web.one");
        Assert.Equal("10.0.0.1", Find("a", "web.one"));
        Assert.Equal("10.0.0.1", Find("a", "web.one.corp.net"));
        Assert.Null(Find("a", "web"));
        Assert.Null(Find("a", "one.corp.net"));
        Assert.Null(Find("a", ".corp.net"));
    }

    [Fact]
    public void A_shared_name_is_all_its_addresses_in_rotation()
    {
        Publish("n", "a", "10.0.0.1", "a", "svc");
        Publish("n", "b", "10.0.0.2", "b", "svc");
        Publish("n", "c", "10.0.0.3", "c", "svc");
        var firsts = Enumerable.Range(0, 6).Select(_ => Find("a", "svc")!.Split(' ')).ToArray();
        Assert.All(firsts, addresses => Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3"], addresses.Order()));
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3"], firsts.Take(3).Select(addresses => addresses[0]).Order());
        directory.Withdraw("n", "b");
        Assert.Equal(["10.0.0.1", "10.0.0.3"], Find("a", "svc")!.Split(' ').Order());
    }

    [Fact]
    public void Names_published_again_replace_the_old_ones()
    {
        Publish("n", "a", "10.0.0.1", "old", "old");
        Publish("n", "a", "10.0.0.9", "new");
        Assert.Null(Find("a", "old"));
        Assert.Equal("10.0.0.9", Find("a", "new"));
        Assert.Null(directory.FindName("a", IPAddress.Parse("10.0.0.1")));
        Assert.Equal("new.n", directory.FindName("a", IPAddress.Parse("10.0.0.9")));
        directory.Withdraw("n", "a");
        Assert.Null(Find("a", "new"));
    }

    [Fact]
    public void An_address_that_went_to_another_container_keeps_its_new_name()
    {
        Publish("n", "a", "10.0.0.1", "first");
        Publish("n", "b", "10.0.0.1", "second");
        directory.Withdraw("n", "a");
        Assert.Equal("second.n", directory.FindName("b", IPAddress.Parse("10.0.0.1")));
    }

    [Theory]
    [InlineData("4.3.2.1.in-addr.arpa", "1.2.3.4")]
    [InlineData("2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", "fd00::2")]
    [InlineData("3.2.1.in-addr.arpa", null)]
    [InlineData("5.4.3.2.1.in-addr.arpa", null)]
    [InlineData("400.3.2.1.in-addr.arpa", null)]
    [InlineData("+4.3.2.1.in-addr.arpa", null)]
    [InlineData("in-addr.arpa", null)]
    [InlineData("x.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", null)]
    [InlineData("d.f.ip6.arpa", null)]
    public void A_reverse_name_stands_for_an_address(string name, string? address) =>
        Assert.Equal(address, ReverseName.TryParse(name)?.ToString());

    private void Publish(string network, string container, string address, params string[] names) =>
        directory.Publish(new NetworkNames(network, network, container, names, [IPAddress.Parse(address)]));

    private string? Find(string container, string name)
    {
        List<IPAddress> addresses = [];
        return directory.TryFind(container, name, addresses) ? string.Join(' ', addresses) : null;
    }
}
