using System.Globalization;
using System.Net;
using System.Text;
using Gantry.Network.Names;
using Gantry.Spec.Engine;

namespace Gantry.Engine.Networks;

/// <summary>A resolv.conf(5): its servers, search list and options.</summary>
internal sealed record ResolverConfiguration(IReadOnlyList<IPAddress> Servers, IReadOnlyList<string> Search, IReadOnlyList<string> Options)
{
    private const int DnsPort = 53;
    private const string HostFile = "/etc/resolv.conf";

    // systemd-resolved's stub listens on the host's loopback; this is what it asks itself.
    private const string BehindStub = "/run/systemd/resolve/resolv.conf";
    private static readonly IPAddress Stub = IPAddress.Parse("127.0.0.53");
    private static readonly IPAddress Own = IPAddress.Parse("127.0.0.11");

    /// <summary>Docker's, for hosts that have none that a container could reach.</summary>
    private static readonly IPAddress[] Public =
        [IPAddress.Parse("8.8.8.8"), IPAddress.Parse("8.8.4.4"), IPAddress.Parse("2001:4860:4860::8888"), IPAddress.Parse("2001:4860:4860::8844")];

    public static ResolverConfiguration Parse(string text)
    {
        List<IPAddress> servers = [];
        string[] search = [];
        List<string> options = [];
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var server, ..] when IPAddress.TryParse(server, out var address):
                    servers.Add(address);
                    break;
                case ["search" or "domain", .. var names]:
                    // The last one counts.
                    search = names;
                    break;
                case ["options", .. var given]:
                    options.AddRange(given);
                    break;
            }
        }

        return new(servers, search, options);
    }

    /// <summary>The host's, past the stub of systemd-resolved.</summary>
    public static ResolverConfiguration OfHost()
    {
        var own = Parse(ReadOrEmpty(HostFile));
        return own.Servers is [var only] && only.Equals(Stub) && File.Exists(BehindStub) ? Parse(ReadOrEmpty(BehindStub)) : own;
    }

    public static string HostText() => ReadOrEmpty(HostFile);

    /// <summary>What a container or the daemon says instead of the host; a search list of "." means none at all.</summary>
    public ResolverConfiguration With(HostConfig host, NetworkOptions daemon) => new(
        Chosen(host.Dns, daemon.Dns) is { } servers ? [.. servers.Select(IPAddress.Parse)] : Servers,
        Chosen(host.DnsSearch, daemon.DnsSearch) is { } search ? (search is ["."] ? [] : search) : Search,
        Chosen(host.DnsOptions, daemon.DnsOptions) ?? Options);

    /// <summary>For a container whose queries go straight to the servers: those on the host's loopback are not its own.</summary>
    public ResolverConfiguration Reachable(bool ipv6)
    {
        IPAddress[] servers = [.. Servers.Where(server => !IPAddress.IsLoopback(server))];
        return this with { Servers = servers.Length > 0 ? servers : [.. Public.Where(server => ipv6 || server.GetAddressBytes().Length == 4)] };
    }

    /// <summary>Names with few dots go through the search list first, by the container's own wish.</summary>
    private bool HasNdots => Options.Any(option => option.StartsWith("ndots:", StringComparison.Ordinal) && option != "ndots:0");

    /// <summary>For a container that asks the engine's name service.</summary>
    public ResolverConfiguration ThroughNames() => this with
    {
        Servers = [Own],
        // Names without a dot are names of containers first.
        Options = Options.Any(option => option.StartsWith("ndots:", StringComparison.Ordinal)) ? Options : [.. Options, "ndots:0"],
    };

    /// <summary>What the name service does with names that are not its own.</summary>
    /// <param name="hasGateway">The container reaches other networks; one on internal networks only must not do so by asking for names.</param>
    /// <param name="links">Names that only this container sees.</param>
    public ResolverSettings ToSettings(bool hasGateway, IReadOnlyDictionary<string, IReadOnlyList<IPAddress>> links)
    {
        var fromHost = Servers.Any(IPAddress.IsLoopback);
        var servers = fromHost && !hasGateway ? [] : Servers;
        return new([.. servers.Select(server => new IPEndPoint(server, DnsPort))], fromHost, Search, links, HasNdots);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var server in Servers)
        {
            text.Append(CultureInfo.InvariantCulture, $"nameserver {server}\n");
        }

        if (Search.Count > 0)
        {
            text.Append("search ").AppendJoin(' ', Search).Append('\n');
        }

        if (Options.Count > 0)
        {
            text.Append("options ").AppendJoin(' ', Options).Append('\n');
        }

        return text.ToString();
    }

    private static IReadOnlyList<string>? Chosen(string[]? container, IReadOnlyList<string> daemon) =>
        container is { Length: > 0 } ? container : daemon.Count > 0 ? daemon : null;

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
    }
}
