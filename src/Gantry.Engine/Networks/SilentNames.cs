using Gantry.Network;
using Gantry.Network.Names;

namespace Gantry.Engine.Networks;

internal sealed class SilentNames : INameService
{
    public void Open(Sandbox sandbox, ResolverSettings settings)
    {
    }

    public void Close(string containerId)
    {
    }

    public void Publish(NetworkNames names)
    {
    }

    public void Withdraw(string networkId, string containerId)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
