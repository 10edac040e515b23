using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gantry.Spec;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Seccomp;

/// <summary>A filter ready for seccomp(2).</summary>
/// <param name="Program">struct sock_filter, eight bytes each.</param>
/// <param name="Flags">SECCOMP_FILTER_FLAG_*.</param>
internal sealed record SeccompFilter(byte[] Program, uint Flags)
{
    private const uint NewListener = 8;

    /// <summary>Whether another process answers for some of the calls.</summary>
    public bool HasListener => (Flags & NewListener) != 0;
}

/// <summary>
/// Compiled filters, kept in files, so that libseccomp is loaded once for a profile and not once for a container. A
/// file holds the profile it was made from, which must be the same to the byte: its name is only where to look.
/// </summary>
internal static class SeccompFilters
{
    /// <summary>The filter of a container; null when it has none.</summary>
    public static SeccompFilter? Get(LinuxSpec? linux, string? cache)
    {
        ReadOnlyMemory<byte> json = linux?.Seccomp is { } given
            ? JsonSerializer.SerializeToUtf8Bytes(given, RuntimeJson.Default.SeccompSpec)
            : linux?.SeccompJson ?? default;
        if (json.IsEmpty)
        {
            return null;
        }

        if (cache is null)
        {
            return Compile(json.Span);
        }

        byte[] key = [.. Encoding.ASCII.GetBytes($"1 {RuntimeInformation.ProcessArchitecture} "), .. json.Span];
        var file = Path.Combine(cache, HashOf(key).ToString("x16", CultureInfo.InvariantCulture) + ".bpf");
        if (TryRead(file, key) is { } found)
        {
            return found;
        }

        var filter = Compile(json.Span);
        TryWrite(cache, file, key, filter);
        return filter;
    }

    private static SeccompFilter Compile(ReadOnlySpan<byte> json)
    {
        try
        {
            var spec = JsonSerializer.Deserialize(json, RuntimeJson.Default.SeccompSpec)!;
            return new(SeccompProfile.Compile(spec), SeccompProfile.FlagsOf(spec));
        }
        catch (JsonException e)
        {
            throw new InvalidArgumentException($"linux.seccomp is not a valid profile: {e.Path?.TrimStart('$', '.')}", e);
        }
    }

    /// <summary>The file: length of the profile and flags as text and a line end, the profile, the instructions.</summary>
    private static SeccompFilter? TryRead(string file, ReadOnlySpan<byte> key)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            var line = bytes.AsSpan().IndexOf((byte)'\n');
            return line > 0
                && Encoding.ASCII.GetString(bytes, 0, line).Split(' ') is [var lengthText, var flagsText]
                && int.TryParse(lengthText, CultureInfo.InvariantCulture, out var length)
                && uint.TryParse(flagsText, CultureInfo.InvariantCulture, out var flags)
                && length == key.Length
                && bytes.Length > line + 1 + length
                && (bytes.Length - line - 1 - length) % 8 == 0
                && bytes.AsSpan(line + 1, length).SequenceEqual(key)
                ? new(bytes[(line + 1 + length)..], flags)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void TryWrite(string directory, string file, byte[] key, SeccompFilter filter)
    {
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var temporary = $"{file}.{Environment.ProcessId}";
            File.WriteAllBytes(temporary, [.. Encoding.ASCII.GetBytes($"{key.Length} {filter.Flags}\n"), .. key, .. filter.Program]);
            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A filter that cannot be kept is compiled again next time.
        }
    }

    /// <summary>FNV-1a, 64 bits.</summary>
    private static ulong HashOf(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 1099511628211UL;
        }

        return hash;
    }
}
