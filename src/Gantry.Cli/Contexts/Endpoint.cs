using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Contexts;

/// <summary>A daemon's address as its user wrote it, and the files for TLS to it.</summary>
internal sealed record Endpoint(string Host, bool SkipVerify, IReadOnlyDictionary<string, byte[]> Files)
{
    public const string Authority = "ca.pem";
    public const string Certificate = "cert.pem";
    public const string Key = "key.pem";

    public static readonly IReadOnlyDictionary<string, byte[]> NoFiles = new Dictionary<string, byte[]>();

    /// <summary>Null for plain text.</summary>
    public TlsMaterial? Tls => Files.Count == 0 && !SkipVerify ? null
        : new TlsMaterial { Authority = Text(Authority), Certificate = Text(Certificate), Key = Text(Key), SkipVerify = SkipVerify };

    /// <param name="options">The pairs of <c>--docker</c>.</param>
    /// <param name="named">The endpoint of the context of that name.</param>
    public static Endpoint FromOptions(IReadOnlyDictionary<string, string> options, Func<string, Endpoint> named)
    {
        if (options.Keys.FirstOrDefault(key => key is not ("from" or "host" or "ca" or "cert" or "key" or "skip-tls-verify")) is { } unknown) throw Wrong($"unrecognized config key: {unknown}");
        if (options.TryGetValue("from", out var from))
        {
            try
            {
                return named(from);
            }
            catch (CommandLineException e)
            {
                throw Wrong(e.Message);
            }
        }

        var files = new Dictionary<string, byte[]>();
        foreach (var (option, file) in new[] { ("ca", Authority), ("cert", Certificate), ("key", Key) })
        {
            if (options.GetValueOrDefault(option) is { Length: > 0 } path) files[file] = Read(path);
        }

        var skip = false;
        if (options.GetValueOrDefault("skip-tls-verify") is { Length: > 0 } text && !GoBoolean.TryParse(text, out skip)) throw Wrong($"skip-tls-verify: parsing {OptionValues.Quote(text)}: invalid syntax");
        var endpoint = new Endpoint(options.GetValueOrDefault("host") ?? "", skip, files);
        endpoint.Check();
        return endpoint;
    }

    /// <exception cref="CommandLineException">It is not there, or not for this user.</exception>
    public static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandLineException($"open {path}: no such file or directory");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandLineException($"open {path}: permission denied");
        }
    }

    private static byte[] Read(string path)
    {
        try
        {
            return ReadFile(path);
        }
        catch (CommandLineException e)
        {
            throw Wrong(e.Message);
        }
    }

    private void Check()
    {
        if (Host.Length > 0 && !Host.Contains("://", StringComparison.Ordinal)) throw Wrong($"unable to apply docker endpoint options: unable to parse docker host `{Host}`");
        if (Host.StartsWith("ssh://", StringComparison.Ordinal))
        {
            try
            {
                SshHost.Parse(Host);
            }
            catch (Spec.InvalidArgumentException e)
            {
                throw Wrong($"invalid docker endpoint options: {e.Message.Replace("Failed to initialize: ", "", StringComparison.Ordinal)}");
            }
        }

        foreach (var (file, marker) in new[] { (Authority, "CERTIFICATE"), (Certificate, "CERTIFICATE"), (Key, "PRIVATE KEY") })
        {
            if (Text(file) is { } pem && !pem.Contains(marker, StringComparison.Ordinal)) throw Wrong($"invalid docker endpoint options: {file} holds no {marker.ToLowerInvariant()} in PEM");
        }
    }

    private string? Text(string file) => Files.TryGetValue(file, out var content) ? Encoding.UTF8.GetString(content) : null;

    private static CommandLineException Wrong(string why) => new($"unable to create docker endpoint config: {why}");
}
