using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Gantry.Linux.Tls;

/// <summary>TLS over a connected socket that does not block, as its client. Counts below zero are minus errno.</summary>
public sealed unsafe class TlsConnection : IDisposable
{
    private const int PemFile = 1;
    private const int VerifyPeer = 1;
    private const int SetServerName = 55;
    private const int SetMode = 33;
    private const nint PartialWritesFromMovingBuffers = 1 | 2;
    private const int WantsToRead = 2;
    private const int WantsToWrite = 3;
    private const int IsEnded = 6;

    private readonly OpenSslLibrary library = OpenSslLibrary.Current;
    private readonly nint context;
    private readonly nint connection;

    /// <exception cref="LinuxException">OpenSSL is not installed.</exception>
    /// <exception cref="IOException">A certificate or key cannot be used; the message says why.</exception>
    public TlsConnection(FileDescriptor socket, TlsSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        context = library.NewContext(library.ClientMethod());
        try
        {
            UseFiles(settings);
            connection = library.NewConnection(context);
            library.Control(connection, SetMode, PartialWritesFromMovingBuffers, null);
            library.SetDescriptor(connection, socket.Number);
            UseHost(settings);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>0 when both sides agree; -EAGAIN when that goes on once the socket can be read or written.</summary>
    /// <exception cref="IOException">They do not; the message says why.</exception>
    public int Handshake()
    {
        var result = library.Connect(connection);
        return result == 1 ? 0
            : library.Failure(connection, result) is WantsToRead or WantsToWrite ? -(int)Errno.EAGAIN
            : throw new IOException($"tls: {Reason()}");
    }

    /// <summary>0 at the end of what the other side sends.</summary>
    public int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return Result(library.Read(connection, start, buffer.Length));
        }
    }

    public int Write(ReadOnlySpan<byte> data)
    {
        fixed (byte* start = data)
        {
            return Result(library.Write(connection, start, data.Length));
        }
    }

    /// <summary>Says that nothing more comes.</summary>
    public void End() => library.Shutdown(connection);

    public void Dispose()
    {
        if (connection != 0)
        {
            library.FreeConnection(connection);
        }

        library.FreeContext(context);
    }

    private void UseFiles(TlsSettings settings)
    {
        using var authorities = new NativeText(settings.AuthorityFile);
        Check(settings.AuthorityFile.Length > 0 ? library.LoadAuthorities(context, authorities.Pointer, null) : library.UseMachineAuthorities(context), settings.AuthorityFile);
        if (settings.CertificateFile.Length > 0)
        {
            using var certificate = new NativeText(settings.CertificateFile);
            using var key = new NativeText(settings.KeyFile);
            Check(library.UseCertificate(context, certificate.Pointer), settings.CertificateFile);
            Check(library.UseKey(context, key.Pointer, PemFile), settings.KeyFile);
        }

        library.SetVerify(context, settings.SkipVerify ? 0 : VerifyPeer, 0);
    }

    private void UseHost(TlsSettings settings)
    {
        using var host = new NativeText(settings.Host);
        if (IPAddress.TryParse(settings.Host, out _))
        {
            library.SetAddress(library.Parameters(connection), host.Pointer);
            return;
        }

        library.Control(connection, SetServerName, 0, host.Pointer);
        library.SetHost(connection, host.Pointer);
    }

    private int Result(int count) => count > 0 ? count : library.Failure(connection, count) switch
    {
        WantsToRead or WantsToWrite => -(int)Errno.EAGAIN,
        IsEnded => 0,
        _ => -(int)Errno.ECONNRESET,
    };

    private void Check(int result, string file)
    {
        if (result != 1)
        {
            throw new IOException($"tls: {file}: {Reason()}");
        }
    }

    private string Reason()
    {
        var reason = library.NextError() is not 0 and var error ? Marshal.PtrToStringUTF8((nint)library.ErrorReason(error)) : null;
        var refused = connection == 0 ? 0 : library.VerifyResult(connection);
        return refused != 0 ? $"certificate: {Marshal.PtrToStringUTF8((nint)library.VerifyText(refused))}" : reason ?? "the connection was closed";
    }

    private readonly ref struct NativeText(string text)
    {
        public byte* Pointer { get; } = Utf8StringMarshaller.ConvertToUnmanaged(text);

        public void Dispose() => Utf8StringMarshaller.Free(Pointer);
    }
}
