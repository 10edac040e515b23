namespace Gantry.Compose.Loading;

internal static class FileText
{
    // No Compose file comes near; a device or a disk image does.
    private const long MostBytes = 64 << 20;

    /// <summary>A link to nothing is no file.</summary>
    public static bool Exists(string? file) => File.Exists(file) && File.Exists(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file);

    public static string Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read);
            if (stream.CanSeek && stream.Length > MostBytes)
            {
                throw new ComposeException($"{file} is larger than {MostBytes >> 20} MiB");
            }

            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ComposeException(e is FileNotFoundException or DirectoryNotFoundException ? $"{file} does not exist" : $"{file} cannot be read: {e.Message}", null, e);
        }
    }
}
