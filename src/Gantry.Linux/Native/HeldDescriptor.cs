using System.Runtime.InteropServices;

namespace Gantry.Linux.Native;

/// <summary>Keeps a handle's descriptor open while its number is in use.</summary>
internal readonly ref struct HeldDescriptor
{
    private readonly SafeHandle? handle;

    public HeldDescriptor(SafeHandle? handle)
    {
        Number = -1;
        if (handle is null)
        {
            return;
        }

        var held = false;
        handle.DangerousAddRef(ref held);
        this.handle = handle;
        Number = (int)handle.DangerousGetHandle();
    }

    public int Number { get; }

    public void Dispose() => handle?.DangerousRelease();
}
