using System.Text;
using Gantry.Server.Hosting;
using Gantry.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Streams;

/// <summary>The head of an answer after which the connection is a raw stream.</summary>
internal static class HijackHead
{
    public const string RawStream = "application/vnd.docker.raw-stream";
    public const string MultiplexedStream = "application/vnd.docker.multiplexed-stream";

    /// <summary>The type of a container's or exec's stream. Frames had no type of their own before API 1.42.</summary>
    public static string ContentType(ApiVersion version, bool isTerminal) =>
        isTerminal || version.IsBefore(42) ? RawStream : MultiplexedStream;

    /// <summary>
    /// <c>101 UPGRADED</c> for a client that asks to upgrade, as all do today; <c>200 OK</c> for one that only waits for the stream.
    /// </summary>
    public static async Task WriteAsync(RawConnection connection, bool upgrade, IHeaderDictionary headers, string contentType)
    {
        var head = new StringBuilder(256)
            .Append(upgrade ? "HTTP/1.1 101 UPGRADED\r\n" : "HTTP/1.1 200 OK\r\n")
            .Append("Content-Type: ").Append(contentType).Append("\r\n");
        if (upgrade)
        {
            head.Append("Connection: Upgrade\r\nUpgrade: tcp\r\n");
        }

        foreach (var (name, value) in headers)
        {
            head.Append(name).Append(": ").Append(value.ToString()).Append("\r\n");
        }

        await connection.SendFirstAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString())).ConfigureAwait(false);
    }

    public static bool AsksForUpgrade(HttpRequest request) => request.Headers.Upgrade.Count > 0;
}
