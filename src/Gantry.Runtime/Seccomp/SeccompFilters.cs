using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gantry.Spec.Runtime;

namespace Gantry.Runtime.Seccomp;

/// <summary>A filter ready for seccomp(2).</summary>
/// <param name="Program">struct sock_filter, eight bytes each.</param>
/// <param name="Flags">SECCOMP_FILTER_FLAG_*.</param>
internal sealed record SeccompFilter(byte[] Program, uint Flags);

/// <summary>
/// Compiled filters, kept in files, so that libseccomp is loaded once for a profile and not once for a container. A
/// file holds the profile it was made from, which must be the same to the byte: its name is only where to look.
/// </summary>
internal static class SeccompFilters
{
    public static SeccompFilter Get(SeccompSpec spec, string? cache)
    {
        var flags = SeccompProfile.FlagsOf(spec);
        if (cache is null)
        {
            return new(SeccompProfile.Compile(spec), flags);
        }

        byte[] key = [.. Encoding.ASCII.GetBytes($"1 {RuntimeInformation.ProcessArchitecture} "), .. JsonSerializer.SerializeToUtf8Bytes(spec, RuntimeJson.Default.SeccompSpec)];
        var file = Path.Combine(cache, HashOf(key).ToString("x16", CultureInfo.InvariantCulture) + ".bpf");
        if (TryRead(file, key) is { } found)
        {
            return new(found, flags);
        }

        var program = SeccompProfile.Compile(spec);
        TryWrite(cache, file, key, program);
        return new(program, flags);
    }

    /// <summary>The file: length of the profile as text and a line end, the profile, the instructions.</summary>
    private static byte[]? TryRead(string file, ReadOnlySpan<byte> key)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            var line = bytes.AsSpan().IndexOf((byte)'\n');
            return line > 0
                && int.TryParse(bytes.AsSpan(0, line), CultureInfo.InvariantCulture, out var length)
                && length == key.Length
                && bytes.Length > line + 1 + length
                && (bytes.Length - line - 1 - length) % 8 == 0
                && bytes.AsSpan(line + 1, length).SequenceEqual(key)
                ? bytes[(line + 1 + length)..]
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void TryWrite(string directory, string file, byte[] key, byte[] program)
    {
        try
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var temporary = $"{file}.{Environment.ProcessId}";
            File.WriteAllBytes(temporary, [.. Encoding.ASCII.GetBytes($"{key.Length}\n"), .. key, .. program]);
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
