namespace Gantry.Images.Registry;

/// <summary>What a registry answers to a request without credentials: <c>Basic realm="…"</c> or <c>Bearer realm="…",service="…",scope="…"</c> (RFC 9110, 11.6.1).</summary>
internal sealed record AuthChallenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    public bool IsBearer => Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase);

    public bool IsBasic => Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase);

    public static AuthChallenge Parse(string scheme, string? parameters)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = parameters.AsSpan();
        while (true)
        {
            rest = rest.TrimStart(" ,\t");
            var equals = rest.IndexOf('=');
            if (equals < 1)
            {
                return new(scheme, values);
            }

            var name = rest[..equals].Trim().ToString();
            rest = rest[(equals + 1)..].TrimStart();
            if (rest.StartsWith("\""))
            {
                var value = new System.Text.StringBuilder();
                var i = 1;
                for (; i < rest.Length && rest[i] != '"'; i++)
                {
                    i += rest[i] == '\\' && i + 1 < rest.Length ? 1 : 0;
                    value.Append(rest[i]);
                }

                values[name] = value.ToString();
                rest = i < rest.Length ? rest[(i + 1)..] : [];
            }
            else
            {
                var end = rest.IndexOf(',');
                values[name] = (end < 0 ? rest : rest[..end]).Trim().ToString();
                rest = end < 0 ? [] : rest[end..];
            }
        }
    }
}
