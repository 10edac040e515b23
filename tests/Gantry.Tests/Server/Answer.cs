using System.Globalization;
using System.Text;

namespace Gantry.Tests.Server;

/// <summary>A whole answer, with chunks joined.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public static Answer Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = text[..end].Split("\r\n");
        var headers = head.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = text[(end + 4)..];
        return new Answer(
            int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture),
            headers,
            headers.ContainsKey("Transfer-Encoding") ? Join(body) : body);
    }

    private static string Join(string chunks)
    {
        var body = new StringBuilder();
        while (chunks.Length > 0)
        {
            var line = chunks.IndexOf("\r\n", StringComparison.Ordinal);
            var length = int.Parse(chunks[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Append(chunks, line + 2, length);
            chunks = chunks[(line + 2 + length + 2)..];
        }

        return body.ToString();
    }
}
