using System.Text.Json;

namespace Gantry.Client;

/// <summary>Stands in for the daemon where something would change, so that it can be seen what would be done.</summary>
public interface IRehearsal
{
    /// <param name="method">POST, PUT or DELETE.</param>
    /// <param name="target">As in the request, without the version.</param>
    /// <returns>As the daemon would answer; undefined for a body that is empty.</returns>
    JsonElement Answer(string method, string target);
}
