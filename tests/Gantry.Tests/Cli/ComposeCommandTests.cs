using System.Text;
using System.Text.Json;
using Gantry.Cli;
using Gantry.Cli.Compose;
using Gantry.Cli.Compose.Commands;
using Gantry.Client;
using Gantry.Compose;
using Gantry.Compose.Running;

namespace Gantry.Tests.Cli;

public sealed class ComposeCommandTests
{
    [Theory]
    [InlineData("Up 2 minutes (healthy)", "healthy", 0)]
    [InlineData("Up 1 second (health: starting)", "starting", 0)]
    [InlineData("Up 3 hours (unhealthy)", "unhealthy", 0)]
    [InlineData("Up 3 hours (Paused)", "", 0)]
    [InlineData("Up 5 seconds", "", 0)]
    [InlineData("Exited (137) 2 minutes ago", "", 137)]
    [InlineData("Created", "", 0)]
    public void Health_and_exit_code_come_from_the_status(string status, string health, int code)
    {
        Assert.Equal(health, ServiceColumns.HealthOf(status));
        Assert.Equal(code, ServiceColumns.ExitCodeOf(status));
    }

    [Theory]
    [InlineData("web:/etc/hosts", "web", "/etc/hosts")]
    [InlineData("/a:b", null, "/a:b")]
    [InlineData("./a:b", null, "./a:b")]
    [InlineData("-", null, "-")]
    [InlineData(":/a", null, ":/a")]
    public void A_service_stands_before_a_colon(string argument, string? service, string path) => Assert.Equal((service, path), CopyCommand.Split(argument));

    [Fact]
    public void States_of_a_project_are_counted() => Assert.Equal("exited(1), running(2)", LsCommand.StatusOf(["running", "exited", "running"]));

    [Fact]
    public void A_port_is_found_by_number_and_protocol()
    {
        var ports = JsonDocument.Parse("""[{"IP":"0.0.0.0","PrivatePort":53,"PublicPort":32771,"Type":"udp"},{"IP":"127.0.0.1","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"PrivatePort":81,"Type":"tcp"}]""").RootElement;
        Assert.Equal("127.0.0.1:8080", PortCommand.Find(ports.List(), 80, "tcp", "app-web-1"));
        Assert.Equal("0.0.0.0:32771", PortCommand.Find(ports.List(), 53, "udp", "app-web-1"));
        var wrong = Assert.Throws<ComposeException>(() => PortCommand.Find(ports.List(), 53, "tcp", "app-web-1"));
        Assert.Equal("no port 53/tcp for container app-web-1: 0/tcp, 8080/tcp, 32771/udp", wrong.Message);
    }

    [Fact]
    public void The_container_of_the_lowest_number_is_taken_unless_one_is_named()
    {
        var containers = new[] { Container("web", 2), Container("web", 1), Container("db", 1) };
        Assert.Equal("app-web-1", ComposeTarget.Pick(containers, "web", 0).Name);
        Assert.Equal("app-web-2", ComposeTarget.Pick(containers, "web", 2).Name);
        Assert.Equal("service \"web\" is not running container #3", Assert.Throws<ComposeException>(() => ComposeTarget.Pick(containers, "web", 3)).Message);
        Assert.Equal("service \"x\" is not running", Assert.Throws<ComposeException>(() => ComposeTarget.Pick(containers, "x", 0)).Message);
    }

    [Fact]
    public void Lines_are_handed_on_whole()
    {
        var lines = new List<string>();
        using (var stream = new LineStream(line => lines.Add(Encoding.UTF8.GetString(line))))
        {
            foreach (var part in new[] { "on", "e\ntwo\n", "\nlast" }) stream.Write(Encoding.UTF8.GetBytes(part));
        }

        Assert.Equal(["one", "two", "", "last"], lines);
    }

    private static ComposeContainer Container(string service, int number) =>
        new() { Id = $"{service}{number}", Name = $"app-{service}-{number}", Service = service, Number = number, State = "running" };
}
