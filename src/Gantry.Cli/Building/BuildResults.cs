using System.Security.Cryptography;
using System.Text.Json;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands;
using Gantry.Cli.Copy;
using Gantry.Cli.Run;
using Gantry.Cli.Terminals;
using Gantry.Client;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>What is made of a build's result (<c>--output</c>, <c>--cache-to</c>), and what of it comes to this machine: that is asked for while the build goes on.</summary>
internal sealed class BuildResults
{
    private const string IdKey = "gantry.id";
    private readonly List<BuildOutputRequest> _outputs = [];
    private readonly List<string> _caches = [];
    private readonly List<(string Id, Action<Stream> Take)> _incoming = [];

    private readonly Invocation _call;

    public BuildResults(Invocation call)
    {
        _call = call;
        foreach (var text in call.List("output")) AddOutput(call, text);
        if (call.Flag("push"))
        {
            var image = _outputs.Find(output => output.Type is "image" or "registry");
            if (image is null) _outputs.Add(image = new() { Type = "image" });
            image.Attrs["push"] = "true";
        }

        if (call.Flag("load") && !_outputs.Exists(output => output.Type is "image" or "registry" || !output.Attrs.ContainsKey(IdKey))) _outputs.Add(new() { Type = "image" });
        var annotations = BuildAnnotations.Of(call);
        if (annotations.Count > 0 && _outputs.Count == 0) _outputs.Add(new() { Type = "image" });
        foreach (var output in _outputs.Where(output => output.Type is not ("local" or "tar" or "cacheonly")))
        {
            foreach (var (key, value) in annotations) output.Attrs[key] = value;
        }

        foreach (var text in call.List("cache-to")) AddCache(text);
    }

    /// <summary>What broke on this machine.</summary>
    public Exception? Broken { get; private set; }

    /// <summary>An image is made, or nothing was said.</summary>
    public bool MakesImage => _outputs.Count == 0 || _outputs.Exists(output => !output.Attrs.ContainsKey(IdKey));

    /// <summary>Names of registries that credentials may be needed for.</summary>
    public IEnumerable<string> Names => _outputs.SelectMany(output => output.Attrs.GetValueOrDefault("name", "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        .Concat(_caches.Select(ReferenceOf));

    public Query AddTo(Query query)
    {
        if (_outputs.Count > 0) query.Add("outputs", JsonSerializer.Serialize(_outputs.ToArray(), BuildJson.Default.BuildOutputRequestArray));
        if (BuildAnnotations.Attestations(_call) is { Count: > 0 } attestations) query.Add("attests", JsonSerializer.Serialize(attestations, BuildJson.Default.DictionaryStringString));
        return _caches.Count > 0 ? query.Add("cacheto", JsonSerializer.Serialize(_caches.ToArray(), BuildJson.Default.StringArray)) : query;
    }

    /// <summary>Begins to take what comes to this machine. Cancelled, it leaves what is not whole out.</summary>
    public Task ReceiveAsync(GantryClient client, CancellationToken cancellationToken) => Task.WhenAll(_incoming.Select(item => Task.Run(
        async () =>
        {
            using var body = await client.OpenAsync($"/gantry/build/outputs/{item.Id}", cancellationToken).ConfigureAwait(false);
            try
            {
                item.Take(body);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException { HResult: > 0 })
            {
                // An errno: a file of this machine. Noted before the daemon can see that nobody takes more.
                Broken ??= e;
                throw;
            }
        },
        cancellationToken)));

    private void AddOutput(Invocation call, string text)
    {
        var fields = text.Contains('=', StringComparison.Ordinal) ? Fields("--output", text)
            : text == "-" ? new() { ["type"] = "tar", ["dest"] = "-" }
            : new() { ["type"] = "local", ["dest"] = text };
        if (!fields.Remove("type", out var type)) throw new CommandLineException($"ERROR: type is required for output {OptionValues.Quote(text)}");
        fields.Remove("dest", out var destination);
        if (type is "local" or "tar" or "oci" || (type == "docker" && destination is not null))
        {
            fields[IdKey] = Expect(type == "local" ? TakeFiles(destination ?? throw new CommandLineException("ERROR: dest is required for local output")) : TakeArchive(call, type, destination ?? "-"));
        }
        else if (destination is not null)
        {
            throw new CommandLineException($"ERROR: dest is not supported for {type} output");
        }

        _outputs.Add(new() { Type = type == "docker" && destination is null ? "image" : type, Attrs = fields });
    }

    private void AddCache(string text)
    {
        var fields = text.Contains('=', StringComparison.Ordinal) ? Fields("--cache-to", text) : new() { ["type"] = "registry", ["ref"] = text };
        if (fields.GetValueOrDefault("type") == "local")
        {
            if (!fields.Remove("dest", out var destination)) throw new CommandLineException("ERROR: dest is required for a local cache");
            fields[IdKey] = Expect(TakeFiles(destination));
        }

        _caches.Add(Text(fields));
    }

    private string Expect(Action<Stream> take)
    {
        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        _incoming.Add((id, take));
        return id;
    }

    private static Action<Stream> TakeFiles(string directory)
    {
        Directory.CreateDirectory(directory);
        return new LocalExtraction(Path.GetFullPath(directory), null).Extract;
    }

    private static Action<Stream> TakeArchive(Invocation call, string type, string path)
    {
        if (path == "-" && Terminal.OutputIsTerminal) throw new CommandLineException($"ERROR: dest file is required for {type} output: refusing to write to a terminal");
        if (path != "-") OutputFile.RequireDirectory(path, "ERROR: failed to write the output");
        return content => OutputFile.Save(call, path == "-" ? "" : path, content);
    }

    public static Dictionary<string, string> Fields(string option, string text)
    {
        var fields = new Dictionary<string, string>();
        foreach (var field in Csv.Split(text))
        {
            var (key, value) = field.Split('=', 2) is [var left, var right] ? (left, right) : throw new CommandLineException($"ERROR: invalid value {OptionValues.Quote(text)} of {option}: {field} is no key=value");
            fields[key.Trim().ToLowerInvariant()] = value;
        }

        return fields;
    }

    /// <summary>The image that a cache is kept as; empty for another kind.</summary>
    public static string ReferenceOf(string cache) => Csv.Split(cache).FirstOrDefault(part => part.StartsWith("ref=", StringComparison.Ordinal))?[4..] ?? "";

    public static string Text(Dictionary<string, string> fields) => string.Join(',', fields.Select(field => $"{field.Key}={field.Value}"));
}
