using System.Runtime.InteropServices;

namespace Gantry.Linux.Tls;

/// <summary>
/// OpenSSL (https://docs.openssl.org/3.0/man3/), loaded only when a connection has to be secured: .NET's own classes for it would
/// be in the memory of every process.
/// </summary>
internal sealed unsafe class OpenSslLibrary
{
    private static OpenSslLibrary? loaded;

    private OpenSslLibrary(nint ssl, nint crypto)
    {
        ClientMethod = (delegate* unmanaged<nint>)NativeLibrary.GetExport(ssl, "TLS_client_method");
        NewContext = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(ssl, "SSL_CTX_new");
        FreeContext = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(ssl, "SSL_CTX_free");
        LoadAuthorities = (delegate* unmanaged<nint, byte*, byte*, int>)NativeLibrary.GetExport(ssl, "SSL_CTX_load_verify_locations");
        UseMachineAuthorities = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(ssl, "SSL_CTX_set_default_verify_paths");
        UseCertificate = (delegate* unmanaged<nint, byte*, int>)NativeLibrary.GetExport(ssl, "SSL_CTX_use_certificate_chain_file");
        UseKey = (delegate* unmanaged<nint, byte*, int, int>)NativeLibrary.GetExport(ssl, "SSL_CTX_use_PrivateKey_file");
        SetVerify = (delegate* unmanaged<nint, int, nint, void>)NativeLibrary.GetExport(ssl, "SSL_CTX_set_verify");
        NewConnection = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(ssl, "SSL_new");
        FreeConnection = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(ssl, "SSL_free");
        SetDescriptor = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(ssl, "SSL_set_fd");
        SetHost = (delegate* unmanaged<nint, byte*, int>)NativeLibrary.GetExport(ssl, "SSL_set1_host");
        Parameters = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(ssl, "SSL_get0_param");
        SetAddress = (delegate* unmanaged<nint, byte*, int>)NativeLibrary.GetExport(crypto, "X509_VERIFY_PARAM_set1_ip_asc");
        Control = (delegate* unmanaged<nint, int, nint, void*, nint>)NativeLibrary.GetExport(ssl, "SSL_ctrl");
        Connect = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(ssl, "SSL_connect");
        Read = (delegate* unmanaged<nint, byte*, int, int>)NativeLibrary.GetExport(ssl, "SSL_read");
        Write = (delegate* unmanaged<nint, byte*, int, int>)NativeLibrary.GetExport(ssl, "SSL_write");
        Shutdown = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(ssl, "SSL_shutdown");
        Failure = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(ssl, "SSL_get_error");
        VerifyResult = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(ssl, "SSL_get_verify_result");
        VerifyText = (delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(crypto, "X509_verify_cert_error_string");
        NextError = (delegate* unmanaged<ulong>)NativeLibrary.GetExport(crypto, "ERR_get_error");
        ErrorReason = (delegate* unmanaged<ulong, byte*>)NativeLibrary.GetExport(crypto, "ERR_reason_error_string");
    }

    public static OpenSslLibrary Current => loaded ??= Load();

    public delegate* unmanaged<nint> ClientMethod { get; }

    public delegate* unmanaged<nint, nint> NewContext { get; }

    public delegate* unmanaged<nint, void> FreeContext { get; }

    public delegate* unmanaged<nint, byte*, byte*, int> LoadAuthorities { get; }

    public delegate* unmanaged<nint, int> UseMachineAuthorities { get; }

    public delegate* unmanaged<nint, byte*, int> UseCertificate { get; }

    public delegate* unmanaged<nint, byte*, int, int> UseKey { get; }

    public delegate* unmanaged<nint, int, nint, void> SetVerify { get; }

    public delegate* unmanaged<nint, nint> NewConnection { get; }

    public delegate* unmanaged<nint, void> FreeConnection { get; }

    public delegate* unmanaged<nint, int, int> SetDescriptor { get; }

    public delegate* unmanaged<nint, byte*, int> SetHost { get; }

    public delegate* unmanaged<nint, nint> Parameters { get; }

    public delegate* unmanaged<nint, byte*, int> SetAddress { get; }

    public delegate* unmanaged<nint, int, nint, void*, nint> Control { get; }

    public delegate* unmanaged<nint, int> Connect { get; }

    public delegate* unmanaged<nint, byte*, int, int> Read { get; }

    public delegate* unmanaged<nint, byte*, int, int> Write { get; }

    public delegate* unmanaged<nint, int> Shutdown { get; }

    public delegate* unmanaged<nint, int, int> Failure { get; }

    public delegate* unmanaged<nint, nint> VerifyResult { get; }

    public delegate* unmanaged<nint, byte*> VerifyText { get; }

    public delegate* unmanaged<ulong> NextError { get; }

    public delegate* unmanaged<ulong, byte*> ErrorReason { get; }

    private static OpenSslLibrary Load() =>
        NativeLibrary.TryLoad("libssl.so.3", out var ssl) && NativeLibrary.TryLoad("libcrypto.so.3", out var crypto)
            ? new(ssl, crypto)
            : throw new LinuxException("dlopen", Errno.ENOENT, "libssl.so.3 (Debian package libssl3), which secures connections");
}
