using System.Globalization;
using System.Text.Json;
using Gantry.Spec;
using Gantry.Spec.Image;

namespace Gantry.Images.Archives;

/// <summary>The Dockerfile instructions that <c>import --change</c> (and <c>commit</c>) may apply to a configuration.</summary>
public static class ImageChanges
{
    /// <param name="config">Changed.</param>
    /// <param name="changes">Instructions.</param>
    /// <param name="expand">Puts the values of variables, given as <c>name=value</c>, into a text.</param>
    public static ImageConfig Apply(ImageConfig config, IEnumerable<string> changes, Func<string, IReadOnlyList<string>, string>? expand = null) =>
        changes.Where(c => !string.IsNullOrWhiteSpace(c)).Aggregate(config, (before, change) => Apply(before, change, expand));

    private static ImageConfig Apply(ImageConfig config, string change, Func<string, IReadOnlyList<string>, string>? expand)
    {
        var text = change.Trim();
        var blank = text.AsSpan().IndexOfAny(' ', '\t');
        var (instruction, rest) = blank < 0 ? (text.ToUpperInvariant(), "") : (text[..blank].ToUpperInvariant(), text[(blank + 1)..].Trim());
        if (rest.Length == 0)
        {
            throw new InvalidArgumentException($"change \"{text}\" needs an argument");
        }

        // Those whose variables a Dockerfile replaces too (reference.md, "Environment replacement").
        if (expand is not null && instruction is "ENV" or "EXPOSE" or "LABEL" or "STOPSIGNAL" or "USER" or "VOLUME" or "WORKDIR" && rest.Contains('$', StringComparison.Ordinal))
        {
            rest = expand!(rest, config.Env ?? []);
        }

        return instruction switch
        {
            "CMD" => config with { Cmd = Command(rest) },
            "ENTRYPOINT" => config with { Entrypoint = Command(rest) },
            "ENV" => config with { Env = Pairs(rest).Aggregate(config.Env ?? [], (env, pair) => [.. env.Where(e => !e.StartsWith(pair.Key + "=", StringComparison.Ordinal)), $"{pair.Key}={pair.Value}"]) },
            "LABEL" => config with { Labels = Merge(config.Labels, Pairs(rest)) },
            "USER" => config with { User = rest },
            "WORKDIR" => config with { WorkingDir = Path.GetFullPath(Path.Combine(config.WorkingDir is { Length: > 0 } own ? own : "/", rest)) },
            "EXPOSE" => config with { ExposedPorts = Merge(config.ExposedPorts, Words(rest).Select(p => new KeyValuePair<string, EmptyObject>(Port(p), EmptyObject.Value))) },
            "VOLUME" => config with { Volumes = Merge(config.Volumes, (rest.StartsWith('[') ? Command(rest) : Words(rest)).Select(v => new KeyValuePair<string, EmptyObject>(v, EmptyObject.Value))) },
            "STOPSIGNAL" => config with { StopSignal = rest },
            "SHELL" => config with { Shell = Json(rest) ?? throw new InvalidArgumentException($"SHELL wants a JSON list, not {rest}") },
            "ONBUILD" => config with { OnBuild = [.. config.OnBuild ?? [], rest] },
            "HEALTHCHECK" => config with { Healthcheck = Healthcheck(rest) },
            _ => throw new InvalidArgumentException($"{instruction} is not a valid change: want CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, SHELL, STOPSIGNAL, USER, VOLUME or WORKDIR"),
        };
    }

    private static string[] Command(string text) => Json(text) ?? ["/bin/sh", "-c", text];

    private static string[]? Json(string text)
    {
        if (!text.StartsWith('['))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return [.. json.RootElement.EnumerateArray().Select(e => e.GetString() ?? throw new JsonException())];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static SortedDictionary<string, T> Merge<T>(IReadOnlyDictionary<string, T>? own, IEnumerable<KeyValuePair<string, T>> more)
    {
        var result = new SortedDictionary<string, T>(own?.ToDictionary() ?? [], StringComparer.Ordinal);
        foreach (var (key, value) in more)
        {
            result[key] = value;
        }

        return result;
    }

    private static string Port(string text)
    {
        var (number, protocol) = text.Split('/') switch { [var n] => (n, "tcp"), [var n, var p] => (n, p.ToLowerInvariant()), _ => ("", "") };
        return number.Split('-').All(n => ushort.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _)) && protocol is "tcp" or "udp" or "sctp"
            ? $"{number}/{protocol}"
            : throw new InvalidArgumentException($"invalid containerPort: {text}");
    }

    /// <summary><c>a=b c="d e"</c>, or the old form <c>a b</c>.</summary>
    private static List<KeyValuePair<string, string>> Pairs(string text)
    {
        var words = Words(text);
        if (!words[0].Contains('='))
        {
            var blank = text.AsSpan().IndexOfAny(' ', '\t');
            return blank > 0 ? [new(text[..blank], text[(blank + 1)..].Trim())] : throw new InvalidArgumentException($"\"{text}\" must have the form name=value");
        }

        return [.. words.Select(w => w.IndexOf('=') is > 0 and var at ? new KeyValuePair<string, string>(w[..at], w[(at + 1)..]) : throw new InvalidArgumentException($"\"{w}\" must have the form name=value"))];
    }

    /// <summary>Words apart by blanks; quotes and backslashes hold them together.</summary>
    private static string[] Words(string text)
    {
        var words = new List<string>();
        var word = new System.Text.StringBuilder();
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '\\' && quote != '\'' && i + 1 < text.Length)
            {
                word.Append(text[++i]);
            }
            else if (character == quote || (quote == '\0' && character is '"' or '\''))
            {
                quote = quote == '\0' ? character : '\0';
            }
            else if (quote == '\0' && character is ' ' or '\t' && quote == '\0')
            {
                Flush();
            }
            else
            {
                word.Append(character);
            }
        }

        Flush();
        return words.Count > 0 ? [.. words] : throw new InvalidArgumentException($"\"{text}\" names nothing");

        void Flush()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    private static ImageHealthcheck Healthcheck(string text)
    {
        var health = new ImageHealthcheck();
        var rest = text;
        while (rest.StartsWith("--", StringComparison.Ordinal))
        {
            var blank = rest.IndexOf(' ');
            var option = blank < 0 ? rest : rest[..blank];
            rest = blank < 0 ? "" : rest[(blank + 1)..].TrimStart();
            var value = option[(option.IndexOf('=') + 1)..];
            health = option.Split('=')[0] switch
            {
                "--interval" => health with { Interval = GoDuration.Parse(value) },
                "--timeout" => health with { Timeout = GoDuration.Parse(value) },
                "--start-period" => health with { StartPeriod = GoDuration.Parse(value) },
                "--start-interval" => health with { StartInterval = GoDuration.Parse(value) },
                "--retries" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var retries) => health with { Retries = retries },
                _ => throw new InvalidArgumentException($"invalid HEALTHCHECK option {option}"),
            };
        }

        if (rest.Equals("NONE", StringComparison.OrdinalIgnoreCase))
        {
            return new() { Test = ["NONE"] };
        }

        if (!rest.StartsWith("CMD ", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidArgumentException($"HEALTHCHECK wants CMD or NONE, not {rest}");
        }

        var command = rest[4..].Trim();
        return health with { Test = Json(command) is { } words ? ["CMD", .. words] : ["CMD-SHELL", command] };
    }
}
