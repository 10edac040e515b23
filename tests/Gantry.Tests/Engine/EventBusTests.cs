using Gantry.Engine.Backends;
using Gantry.Engine.Events;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Engine;

public sealed class EventBusTests
{
    private readonly EventBus bus = new(TimeProvider.System);

    [Fact]
    public async Task Past_events_come_before_live_ones()
    {
        Publish("container", "create");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var events = bus.EventsAsync(DateTimeOffset.UnixEpoch, null, Filters.None, end.Token).GetAsyncEnumerator(end.Token);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("create", events.Current.Action);
        var next = events.MoveNextAsync();
        Publish("container", "start");
        Assert.True(await next);
        Assert.Equal("start", events.Current.Action);
        Assert.Equal("start", events.Current.Status);
    }

    [Fact]
    public async Task Until_ends_the_stream()
    {
        Publish("container", "create");
        var seen = new List<EventMessage>();
        await foreach (var message in bus.EventsAsync(null, DateTimeOffset.UtcNow.AddMilliseconds(50), Filters.None, TestContext.Current.CancellationToken))
        {
            seen.Add(message);
        }

        Assert.Single(seen);
        Assert.Equal(0, bus.SubscriberCount);
    }

    [Theory]
    [InlineData("event", "exec_start", true)]
    [InlineData("event", "exec", false)]
    [InlineData("type", "container", true)]
    [InlineData("type", "image", false)]
    [InlineData("container", "web", true)]
    [InlineData("container", "abc", true)]
    [InlineData("container", "other", false)]
    [InlineData("image", "nginx", true)]
    [InlineData("image", "nginx:1", true)]
    [InlineData("image", "redis", false)]
    [InlineData("label", "tier=front", true)]
    [InlineData("label", "tier=back", false)]
    public void Filters_select(string key, string value, bool matches)
    {
        var filter = new EventFilter(new Filters(new Dictionary<string, IReadOnlyList<string>> { [key] = [value] }));
        Assert.Equal(matches, filter.Matches(new EventMessage
        {
            Type = "container",
            Action = "exec_start: sh",
            Scope = "local",
            Actor = new() { ID = "abcdef", Attributes = new() { ["name"] = "web", ["image"] = "nginx:1", ["tier"] = "front" } },
        }));
    }

    [Fact]
    public void An_unknown_filter_is_named()
    {
        var filters = new Filters(new Dictionary<string, IReadOnlyList<string>> { ["colour"] = ["red"] });
        Assert.Equal("invalid filter 'colour'", Assert.Throws<InvalidArgumentException>(() => new EventFilter(filters)).Message);
    }

    private void Publish(string type, string action) => bus.Publish(type, action, "abc", new() { ["name"] = "web" });
}
