using System.Globalization;
using System.Text;

namespace Gantry.Client.Transport;

/// <summary>Status line and header fields of an HTTP/1.1 response (RFC 9112).</summary>
internal sealed class ResponseHead
{
    private readonly string _text;

    private ResponseHead(int status, bool http10, string text) => (Status, IsHttp10, _text) = (status, http10, text);

    public int Status { get; }

    public bool IsHttp10 { get; }

    public static async ValueTask<ResponseHead?> ReadAsync(DaemonConnection connection, CancellationToken cancellationToken)
    {
        int end;
        while ((end = connection.Buffered.IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (await connection.FillAsync(cancellationToken).ConfigureAwait(false)) continue;
            return connection.HasBuffered ? throw new InvalidDataException("the daemon closed the connection within a response head") : null;
        }

        var head = Parse(connection.Buffered[..end]);
        connection.Consume(end + 4);
        return head;
    }

    public string? this[string name]
    {
        get
        {
            foreach (var range in _text.AsSpan().Split("\r\n"))
            {
                var line = _text.AsSpan(range);
                if (line.Length > name.Length && line[name.Length] == ':' && line[..name.Length].Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return line[(name.Length + 1)..].Trim().ToString();
                }
            }

            return null;
        }
    }

    private static ResponseHead Parse(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        if (text.Length < 12
            || !text.StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw new InvalidDataException("the answer is not HTTP/1.1; is this the address of a daemon?");
        }

        return new ResponseHead(status, text[7] == '0', text);
    }
}
