using Gantry.Engine.Backends;
using Gantry.Engine.Containers;
using Gantry.Spec;

namespace Gantry.Tests.Engine;

public sealed class ContainerFilterTests
{
    private static readonly Container Web = Make("web", 1, new() { Running = true, StartedAt = DateTimeOffset.UnixEpoch });
    private static readonly Container Job = Make("job", 2, new() { ExitCode = 3, StartedAt = DateTimeOffset.UnixEpoch, FinishedAt = DateTimeOffset.UnixEpoch });

    [Theory]
    [InlineData("name", "we", "web")]
    [InlineData("name", "^/web$", "web")]
    [InlineData("status", "exited", "job")]
    [InlineData("exited", "3", "job")]
    [InlineData("label", "n=1", "web")]
    [InlineData("network", "made", "web,job")]
    [InlineData("ancestor", "base", "web,job")]
    [InlineData("ancestor", "other", "")]
    [InlineData("health", "none", "web,job")]
    [InlineData("before", "job", "web")]
    [InlineData("since", "web", "job")]
    [InlineData("expose", "80", "web")]
    [InlineData("expose", "70-90/tcp", "web")]
    [InlineData("publish", "80", "")]
    [InlineData("expose", "80/udp", "")]
    [InlineData("is-task", "true", "")]
    public void Select(string key, string value, string names)
    {
        var filter = Filter(key, value);
        Assert.Equal(names, string.Join(',', new[] { Web, Job }.Where(filter.Matches).Select(container => container.Record.Name)));
    }

    [Theory]
    [InlineData("status", "sleeping")]
    [InlineData("exited", "many")]
    [InlineData("health", "fine")]
    [InlineData("is-task", "perhaps")]
    [InlineData("publish", "publish")]
    [InlineData("expose", "90-80/expose")]
    [InlineData("colour", "red")]
    public void Bad_values_are_named(string key, string value) =>
        Assert.Contains(key, Assert.Throws<InvalidArgumentException>(() => Filter(key, value)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0.5, "Less than a second")]
    [InlineData(1.5, "1 second")]
    [InlineData(59, "59 seconds")]
    [InlineData(60, "About a minute")]
    [InlineData(150, "2 minutes")]
    [InlineData(3600, "About an hour")]
    [InlineData(7200, "2 hours")]
    [InlineData(86400 * 3, "3 days")]
    [InlineData(86400 * 21, "3 weeks")]
    [InlineData(86400 * 90, "3 months")]
    [InlineData(86400 * 800, "2 years")]
    public void Durations_are_in_dockers_words(double seconds, string words) => Assert.Equal(words, StatusText.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Processes_of_a_container_are_picked_from_ps()
    {
        var answer = ContainerService.Select("UID   PID CMD\nroot    1 init\nroot   42 sh -c  sleep 1\n", new HashSet<int> { 42 });
        Assert.Equal(["UID", "PID", "CMD"], answer.Titles);
        Assert.Equal(["root", "42", "sh -c sleep 1"], Assert.Single(answer.Processes));
    }

    private static ContainerFilter Filter(string key, string value) => new(
        new Filters(new Dictionary<string, IReadOnlyList<string>> { [key] = [value] }),
        name => name == "web" ? Web : Job,
        image => image == "base" ? new HashSet<string> { "sha256:1" } : new HashSet<string>());

    private static Container Make(string name, int number, RunState state) => new(new ContainerRecord
    {
        Id = new string((char)('0' + number), 64),
        Name = name,
        Created = DateTimeOffset.UnixEpoch.AddSeconds(number),
        ImageId = "sha256:1",
        Path = "x",
        Args = [],
        Config = new() { Labels = new() { ["n"] = number.ToString(System.Globalization.CultureInfo.InvariantCulture) }, ExposedPorts = new() { ["80/tcp"] = default } },
        HostConfig = new() { NetworkMode = "made" },
        Networks = [new("made", new())],
        State = state,
    });
}
