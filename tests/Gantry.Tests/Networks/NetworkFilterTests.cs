using Gantry.Engine.Backends;
using Gantry.Engine.Networks;
using Gantry.Network.Records;
using Gantry.Spec;

namespace Gantry.Tests.Networks;

public sealed class NetworkFilterTests
{
    private static readonly EngineNetwork[] All =
    [
        Network("aaa1", "bridge", "bridge"), Network("bbb1", "none", "none"), Network("ccc1", "shop", "bridge", ("stage", "test")), Network("ddd1", "vlan", "macvlan"),
    ];

    [Theory]
    [InlineData("driver", "bridge", "bridge shop")]
    [InlineData("driver", "null", "none")]
    [InlineData("id", "ccc", "shop")]
    [InlineData("label", "stage", "shop")]
    [InlineData("label", "stage=live", "")]
    [InlineData("name", "sho", "shop")]
    [InlineData("name", "^vl.n$", "vlan")]
    [InlineData("type", "custom", "shop vlan")]
    [InlineData("type", "builtin", "bridge none")]
    [InlineData("scope", "swarm", "")]
    [InlineData("dangling", "true", "shop vlan")]
    public void Finds(string key, string value, string names) =>
        Assert.Equal(names, string.Join(' ', All.Where(NetworkFilter.ForList(Filters(key, value)).Matches).Select(network => network.Name)));

    [Theory]
    [InlineData("type", "strange", "invalid filter: 'type'='strange'")]
    [InlineData("dangling", "maybe", "invalid value for filter 'dangling', must be \"true\" (or \"1\"), or \"false\" (or \"0\")")]
    [InlineData("colour", "red", "invalid filter 'colour'")]
    public void A_wrong_filter_is_named(string key, string value, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidArgumentException>(() => NetworkFilter.ForList(Filters(key, value))).Message);

    [Fact]
    public void Pruning_spares_what_is_labelled_or_young()
    {
        var now = DateTimeOffset.UnixEpoch.AddHours(3);
        Assert.DoesNotContain(All[2], All.Where(NetworkFilter.ForPrune(Filters("label!", "stage"), now).Matches));
        Assert.Contains(All[3], All.Where(NetworkFilter.ForPrune(Filters("until", "2h"), now).Matches));
        Assert.DoesNotContain(All, NetworkFilter.ForPrune(Filters("until", "4h"), now).Matches);
    }

    private static Filters Filters(string key, string value) => new(new Dictionary<string, IReadOnlyList<string>> { [key] = [value] });

    private static EngineNetwork Network(string id, string name, string driver, params (string Name, string Value)[] labels) => new(new NetworkDocument(
        new NetworkRecord
        {
            Id = id,
            Name = name,
            Created = DateTimeOffset.UnixEpoch,
            Driver = driver,
            Labels = labels.ToDictionary(label => label.Name, label => label.Value),
        },
        []));
}
