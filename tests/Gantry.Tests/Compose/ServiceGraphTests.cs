using Gantry.Compose;
using Gantry.Compose.Running;

namespace Gantry.Tests.Compose;

public sealed class ServiceGraphTests
{
    private static readonly ServiceGraph Graph = ServiceGraph.Of(
    [
        Container("web", "api:service_started:true,cache:service_healthy:false"),
        Container("api", "db:service_healthy:true"),
        Container("cache", ""),
        Container("db", ""),
    ]);

    [Fact]
    public void Labels_say_conditions_and_restarts()
    {
        var dependencies = Graph.DependenciesOf("web");
        Assert.Equal(["api", "cache"], dependencies.Keys.Order());
        Assert.True(dependencies["api"].Restart);
        Assert.Equal("service_healthy", dependencies["cache"].Condition);
        Assert.False(dependencies["cache"].Restart);
    }

    [Fact]
    public async Task What_others_need_starts_first_and_stops_last()
    {
        Assert.Equal(["db", "api", "web"], await OrderAsync(isReversed: false, "web", "api", "db"));
        Assert.Equal(["web", "api", "db"], await OrderAsync(isReversed: true, "db", "web", "api"));
    }

    [Fact]
    public async Task The_order_holds_across_services_that_are_not_meant() =>
        Assert.Equal(["web", "db"], await OrderAsync(isReversed: true, "db", "web"));

    [Fact]
    public async Task What_does_not_depend_on_each_other_goes_at_once()
    {
        var both = new Barrier(2);
        await Graph.VisitAsync(Set("cache", "db"), isReversed: false, _ => Task.Run(() => Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30)))));
    }

    [Fact]
    public async Task A_cycle_of_labels_does_not_hang()
    {
        var graph = ServiceGraph.Of([Container("a", "b:service_started:false"), Container("b", "a:service_started:false")]);
        var seen = new List<string>();
        await graph.VisitAsync(Set("a", "b"), isReversed: false, service =>
        {
            seen.Add(service);
            return Task.CompletedTask;
        });
        Assert.Equal(["a", "b"], seen.Order());
    }

    [Fact]
    public async Task What_fails_is_not_followed_by_what_needs_it()
    {
        var seen = new List<string>();
        await Assert.ThrowsAsync<ComposeException>(() => Graph.VisitAsync(Set("web", "api", "db"), isReversed: false, service =>
        {
            seen.Add(service);
            return service == "api" ? Task.FromException(new ComposeException("no")) : Task.CompletedTask;
        }));
        Assert.Equal(["db", "api"], seen);
    }

    [Fact]
    public void Dependents_restart_over_several_steps() => Assert.Equal(["api", "db", "web"], Graph.WithRestarted(["db"]).Order());

    [Fact]
    public void Dependents_that_do_not_say_so_do_not_restart() => Assert.Equal(["cache"], Graph.WithRestarted(["cache"]));

    private static async Task<List<string>> OrderAsync(bool isReversed, params string[] services)
    {
        var seen = new List<string>();
        await Graph.VisitAsync(Set(services), isReversed, async service =>
        {
            await Task.Yield();
            lock (seen) seen.Add(service);
        });
        return seen;
    }

    private static HashSet<string> Set(params string[] services) => new(services, StringComparer.Ordinal);

    private static ComposeContainer Container(string service, string dependencies) => new()
    {
        Id = service,
        Name = $"app-{service}-1",
        Service = service,
        State = "running",
        Labels = new Dictionary<string, string> { [ComposeLabels.DependsOn] = dependencies },
    };
}
