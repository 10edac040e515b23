namespace Gantry.Images.Records;

/// <summary>
/// Room on the disk that is given up where there is no other: what ends must be recorded also when a container has filled the disk,
/// or nobody would learn that it ended, and nothing of it could be removed.
/// </summary>
/// <param name="path">A file of its own.</param>
internal sealed class DiskReserve(string path)
{
    private const long Size = 512 * 1024;
    private bool isHeld = File.Exists(path);

    /// <returns>False where nothing was held.</returns>
    public bool Release()
    {
        var wasHeld = isHeld;
        isHeld = false;
        File.Delete(path);
        return wasHeld;
    }

    /// <summary>Takes room where none is held, if there is.</summary>
    public void Restore()
    {
        if (isHeld)
        {
            return;
        }

        try
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, PreallocationSize = Size });
            isHeld = true;
        }
        catch (IOException)
        {
            File.Delete(path);
        }
    }
}
