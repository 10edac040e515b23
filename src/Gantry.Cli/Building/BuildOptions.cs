using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Hosts;
using Gantry.Cli.Run;
using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Cli.Building;

/// <summary>The options of build as the API takes them.</summary>
internal static partial class BuildOptions
{
    public static Query AddTo(Query query, Invocation call)
    {
        foreach (var tag in call.List("tag"))
        {
            if (!ImageReference.TryParse(tag, out _)) throw new CommandLineException($"ERROR: invalid tag {OptionValues.Quote(tag)}: invalid reference format");
            query.Add("t", tag);
        }

        var proxies = call.Session.ProxyVariables.Select(variable => KeyValuePair.Create<string, string?>(variable.Key, variable.Value));
        query.Add("buildargs", Map(proxies.Concat(call.List("build-arg").Select(Argument))))
            .Add("labels", Map(call.List("label").Select(KeyValue)))
            .Add("nocache", call.Flag("no-cache"))
            .Add("pull", call.Flag("pull"))
            .Add("squash", call.Flag("squash"))
            .Add("target", call.Text("target"))
            .Add("networkmode", call.Text("network"))
            .Add("cgroupparent", call.Text("cgroup-parent"))
            .Add("cpusetcpus", call.Text("cpuset-cpus"))
            .Add("cpusetmems", call.Text("cpuset-mems"))
            .Add("shmsize", Size(call, "shm-size"))
            .Add("memory", Size(call, "memory"))
            .Add("memswap", Size(call, "memory-swap"));
        foreach (var (option, name) in new[] { ("cpu-period", "cpuperiod"), ("cpu-quota", "cpuquota"), ("cpu-shares", "cpushares") })
        {
            if (call.Has(option)) query.Add(name, call.Number(option).ToString(CultureInfo.InvariantCulture));
        }

        if (call.List("platform") is { Count: > 0 } platforms) query.Add("platform", string.Join(',', platforms));
        foreach (var host in call.List("add-host")) query.Add("extrahosts", host.Replace('=', ':'));
        foreach (var stage in call.List("no-cache-filter").SelectMany(text => text.Split(','))) query.Add("nocachefilter", stage);
        foreach (var entitlement in call.List("allow")) query.Add("allow", entitlement);
        if (call.List("ulimit") is { Count: > 0 } limits) query.Add("ulimits", Text(limits.Select(HostSettings.Ulimit).ToList()));
        return query;
    }

    /// <summary>What must not be in an address: credentials of the registries that the Dockerfile names, and secrets.</summary>
    /// <param name="names">Images that the build asks registries for besides.</param>
    public static List<KeyValuePair<string, string>> Headers(Invocation call, byte[]? dockerfile, IEnumerable<string> names)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var written = dockerfile is null ? [] : Images().Matches(Encoding.UTF8.GetString(dockerfile)).Select(match => match.Groups[1].Value);
        if (Auths(call.Session.Config, written.Concat(names)) is { } auths) headers.Add(new("X-Registry-Config", auths));
        var secrets = new Dictionary<string, byte[]>();
        foreach (var secret in call.List("secret"))
        {
            var (id, content) = Secret(secret);
            secrets[id] = content;
        }

        if (secrets.Count > 0) headers.Add(new("X-Gantry-Build-Secrets", Base64(JsonSerializer.SerializeToUtf8Bytes(secrets, BuildJson.Default.DictionaryStringByteArray))));
        return headers;
    }

    /// <summary><c>default</c>, <c>id</c> or <c>id=socket</c>.</summary>
    public static Dictionary<string, string> Agents(Invocation call)
    {
        var agents = new Dictionary<string, string>();
        foreach (var text in call.List("ssh"))
        {
            var (id, socket) = text.Split('=', 2) is [var name, var path] ? (name, path) : (text, Environment.GetEnvironmentVariable("SSH_AUTH_SOCK") ?? "");
            if (socket.Length == 0) throw new CommandLineException($"ERROR: invalid empty ssh agent socket for --ssh {text}: make sure SSH_AUTH_SOCK is set");
            agents[id] = Path.GetFullPath(socket);
        }

        return agents;
    }

    private static string? Auths(ConfigFile config, IEnumerable<string> names)
    {
        var known = new Dictionary<string, string>();
        foreach (var name in names)
        {
            if (ImageReference.TryParse(name, out var reference) && config.Find(reference.Domain) is { } credentials)
            {
                known[Credentials.KeyOf(reference.Domain)] = Encoding.UTF8.GetString(Credentials.ToAuthConfig(credentials, Credentials.KeyOf(reference.Domain)));
            }
        }

        return known.Count == 0 ? null : Base64(Encoding.UTF8.GetBytes("{" + string.Join(',', known.Select(pair => $"{JsonSerializer.Serialize(pair.Key, BuildJson.Default.String)}:{pair.Value}")) + "}"));
    }

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_');

    // id=name[,src=path|,env=NAME][,type=file|env]
    private static (string Id, byte[] Content) Secret(string text)
    {
        var fields = Csv.Split(text).Select(field => field.Split('=', 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair.Length > 1 ? pair[1] : "");
        foreach (var key in fields.Keys)
        {
            if (key is not ("id" or "src" or "source" or "env" or "type")) throw new CommandLineException($"ERROR: unexpected key '{key}' in --secret {text}");
        }

        var source = fields.GetValueOrDefault("src") ?? fields.GetValueOrDefault("source");
        var id = fields.GetValueOrDefault("id") ?? source ?? throw new CommandLineException($"ERROR: --secret {text} has no id");
        var variable = fields.GetValueOrDefault("env") ?? (fields.GetValueOrDefault("type") == "env" || (source is null && Environment.GetEnvironmentVariable(id) is not null) ? source ?? id : null);
        if (variable is not null)
        {
            return (id, Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable(variable) ?? throw new CommandLineException($"ERROR: secret {id}: environment variable {variable} is not set")));
        }

        var path = source ?? id;
        return File.Exists(path) ? (id, File.ReadAllBytes(path)) : throw new CommandLineException($"ERROR: failed to stat {path}: stat {path}: no such file or directory");
    }

    private static KeyValuePair<string, string?> Argument(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? new(text, Environment.GetEnvironmentVariable(text)) : new(text[..at], text[(at + 1)..]);
    }

    private static KeyValuePair<string, string?> KeyValue(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? new(text, "") : new(text[..at], text[(at + 1)..]);
    }

    private static string? Map(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        var map = new Dictionary<string, string>();
        foreach (var (key, value) in pairs)
        {
            if (value is not null) map[key] = value;
        }

        return map.Count == 0 ? null : JsonSerializer.Serialize(map, BuildJson.Default.DictionaryStringString);
    }

    private static string? Size(Invocation call, string option) => !call.Has(option) ? null
        : call.Text(option) == "-1" ? "-1"
        : OptionValues.TrySize(call.Text(option), out var bytes) ? bytes.ToString(CultureInfo.InvariantCulture) : null;

    private static string Text(List<JsonBody> list) => "[" + string.Join(',', list.Select(item => Encoding.UTF8.GetString(item.ToUtf8().Span))) + "]";

    [GeneratedRegex(@"(?:^\s*FROM\s+(?:--\S+\s+)*|--from=|from=)([^\s,]+)", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Images();
}
