using Gantry.Engine.Machine;

namespace Gantry.Tests.Engine;

public sealed class EmulatorsTests
{
    [Fact]
    public void Those_that_are_enabled_are_known_by_their_platforms()
    {
        var directory = Directory.CreateTempSubdirectory("gantry-binfmt-");
        try
        {
            File.WriteAllText(Path.Combine(directory.FullName, "qemu-aarch64"), "enabled\ninterpreter /usr/bin/qemu-aarch64\n");
            File.WriteAllText(Path.Combine(directory.FullName, "qemu-s390x"), "disabled\n");
            File.WriteAllText(Path.Combine(directory.FullName, "python3.11"), "enabled\n");
            Assert.Equal(["linux/arm64"], Emulators.List(directory.FullName).Select(platform => platform.ToString()));
            Assert.Empty(Emulators.List(Path.Combine(directory.FullName, "none")));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
