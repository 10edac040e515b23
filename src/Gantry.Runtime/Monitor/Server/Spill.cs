using Gantry.Linux;
using Gantry.Linux.Poll;

namespace Gantry.Runtime.Monitor.Server;

/// <summary>
/// A client's backlog, in a file without a name instead of in memory: what the client has not taken is written at the
/// end, what it takes goes from the file into its socket.
/// </summary>
internal sealed class Spill(string directory) : IDisposable
{
    private AppendFile? file;
    private long sent;

    public long Length => file is null ? 0 : file.Length - sent;

    /// <summary>False when the disk takes no more.</summary>
    public bool TryAdd(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        try
        {
            file ??= AppendFile.From(AppendFile.OpenUnnamed(directory));
        }
        catch (LinuxException)
        {
            return false;
        }

        return file.Write(header) == Errno.None && file.Write(data) == Errno.None;
    }

    /// <summary>Sends what the socket takes; minus errno when it takes nothing.</summary>
    public int SendTo(FileDescriptor socket)
    {
        const int most = 1024 * 1024;
        if (file is null)
        {
            return 0;
        }

        var count = RawIo.SendFile(socket, file.Descriptor, ref sent, (int)Math.Min(Length, most));
        if (Length == 0)
        {
            file.Clear();
            sent = 0;
        }
        else
        {
            file.ForgetBefore(sent);
        }

        return count;
    }

    public void Dispose() => file?.Dispose();
}
