using Gantry.Engine.Files;

namespace Gantry.Tests.Engine;

public sealed class ContainerPathsTests
{
    [Theory]
    [InlineData("/etc/passwd", "/etc", "passwd", "passwd", false)]
    [InlineData("etc/passwd", "/etc", "passwd", "passwd", false)]
    [InlineData("/etc/", "", "etc", "etc", true)]
    [InlineData("/etc/.", "", "etc", ".", true)]
    [InlineData("/", "", "", "/", true)]
    [InlineData("/a/../../b", "", "b", "b", false)]
    public void The_ending_says_what_is_meant(string path, string directory, string name, string baseName, bool follows) =>
        Assert.Equal(new ContainerPaths(directory, name, baseName, follows), ContainerPaths.Read(path));
}
