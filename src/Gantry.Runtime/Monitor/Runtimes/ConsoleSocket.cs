using System.Globalization;
using Gantry.Linux;
using Gantry.Linux.Poll;
using Gantry.Linux.Sockets;

namespace Gantry.Runtime.Monitor.Runtimes;

/// <summary>Where an OCI runtime sends the master of a terminal that it made (<c>--console-socket</c>; SCM_RIGHTS).</summary>
internal sealed class ConsoleSocket : IDisposable
{
    private const string Name = "console.sock";
    private readonly FileDescriptor directory;
    private readonly FileDescriptor listener;

    public ConsoleSocket(string bundle)
    {
        directory = UnixSocket.OpenDirectory(bundle);
        try
        {
            File.Delete(System.IO.Path.Combine(bundle, Name));
            listener = UnixSocket.Listen(directory, Name, backlog: 1);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>For another process; short, as the bundle's own path may not fit an address (unix(7)).</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{directory.Number}/{Name}");

    /// <summary>What the runtime, which is done, has sent. The taker owns it.</summary>
    /// <exception cref="OciRuntimeException">It sent nothing.</exception>
    public FileDescriptor TakeTerminal()
    {
        const int longestName = 4096;
        List<FileDescriptor>? received = null;
        using var connection = UnixSocket.TryAccept(listener);
        if (connection is null || PassedDescriptors.Receive(connection, new byte[longestName], ref received) < 0 || received is not [var master, ..])
        {
            throw new OciRuntimeException("the runtime sent no terminal to its console socket");
        }

        return master;
    }

    public void Dispose()
    {
        listener.Dispose();
        directory.Dispose();
    }
}
