using Gantry.Client;
using Gantry.Spec;

namespace Gantry.Compose.Running;

/// <summary>
/// Where the engine is gantryd, others find a container by its service's name only while it is ready: what is replaced one by one
/// loses no request that comes by that name.
/// </summary>
internal sealed class RollingNames(GantryClient client)
{
    /// <summary>Who asked for the name just before it was taken away has connected by then.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <returns>False where the engine cannot do that.</returns>
    public async Task<bool> ShowAsync(string container, bool isShown, CancellationToken cancellationToken)
    {
        try
        {
            await client.PostAsync(new Query($"/gantry/containers/{container}/names").Add("shown", isShown ? "1" : "0").ToString(), default, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (NotFoundException)
        {
            return false;
        }
    }

    /// <summary>Takes the names away and waits until nobody comes by them any more.</summary>
    public async Task RetireAsync(string container, CancellationToken cancellationToken)
    {
        if (await ShowAsync(container, isShown: false, cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(Settling, cancellationToken).ConfigureAwait(false);
        }
    }
}
