using Gantry.Spec.Build;

namespace Gantry.Tests.Build;

public sealed class ContextAddressTests
{
    [Theory]
    [InlineData("https://user:pass@h/r.git#v1:d", "https://xxxxx:xxxxx@h/r.git#v1:d")]
    [InlineData("https://token@h:1/f", "https://xxxxx@h:1/f")]
    [InlineData("https://h/f?a=b@c", "https://h/f?a=b@c")]
    [InlineData("git@h:r.git", "git@h:r.git")]
    [InlineData("docker-image://busybox", "docker-image://busybox")]
    public void Who_logs_in_is_not_shown(string address, string shown) => Assert.Equal(shown, ContextAddress.Redact(address));
}
