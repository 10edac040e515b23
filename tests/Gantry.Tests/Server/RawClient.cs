using System.Net.Sockets;
using System.Text;

namespace Gantry.Tests.Server;

/// <summary>A socket that reads and writes bytes, and gives up after a while.</summary>
internal sealed class RawClient(Socket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly List<byte> _received = [];

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes) => await socket.SendAsync(bytes);

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public void CloseWrite() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until <paramref name="text"/> has come, and returns all up to its end.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        while (true)
        {
            var all = Encoding.Latin1.GetString([.. _received]);
            var at = all.IndexOf(text, StringComparison.Ordinal);
            if (at >= 0)
            {
                _received.RemoveRange(0, at + text.Length);
                return all[..(at + text.Length)];
            }

            if (!await ReceiveAsync())
            {
                throw new InvalidOperationException($"the connection ended without \"{text}\": {all}");
            }
        }
    }

    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
        }

        return Encoding.Latin1.GetString([.. _received]);
    }

    public void Dispose() => socket.Dispose();

    private async Task<bool> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[4096];
        var length = await socket.ReceiveAsync(buffer, patience.Token);
        _received.AddRange(buffer.AsSpan(0, length));
        return length > 0;
    }
}
