using Gantry.Client;
using Gantry.Client.Transport;
using Gantry.Spec;

namespace Gantry.Tests.Client;

public sealed class AddressTests
{
    [Theory]
    [InlineData("tcp://h:1", "tcp://h:1")]
    [InlineData("h", "tcp://h:2375")]
    [InlineData("tcp://[::1]:5", "tcp://[::1]:5")]
    [InlineData("tcp://:5", "tcp://127.0.0.1:5")]
    [InlineData("unix:///x.sock", "unix:///x.sock")]
    public void Addresses_are_told_in_full(string text, string full) => Assert.Equal(full, DaemonAddress.Parse(text).Text);

    [Theory]
    [InlineData("ssh://h", "-o ConnectTimeout=30 -T -- h", "system dial-stdio")]
    [InlineData("ssh://me@h:22", "-o ConnectTimeout=30 -T -l me -p 22 -- h", "system dial-stdio")]
    [InlineData("ssh://[fe80::1]:22/run/my socket", "-o ConnectTimeout=30 -T -p 22 -- fe80::1", "--host 'unix:///run/my socket' system dial-stdio")]
    public void Ssh_is_asked_for_the_daemon_there(string text, string before, string command)
    {
        var words = SshWire.WordsFor(SshHost.Parse(text));
        Assert.Equal(before, string.Join(' ', words.SkipLast(1)));
        Assert.EndsWith($" sh {command}", words[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssh://", "hostname is empty")]
    [InlineData("ssh://u:p@h", "plain-text password is not supported")]
    [InlineData("ssh://-oProxyCommand=x", "is not user@host:port")]
    [InlineData("ssh://-l@h", "is not user@host:port")]
    [InlineData("ssh://h:22;x", "is not user@host:port")]
    public void Wrong_addresses_of_ssh_are_refused(string text, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidArgumentException>(() => DaemonAddress.Parse(text)).Message, StringComparison.Ordinal);
}
