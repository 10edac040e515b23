using Gantry.Spec.Engine;

namespace Gantry.Engine.Networks;

/// <summary>One network of a container, as its record has it: what was asked for, from create or connect to disconnect.</summary>
/// <param name="Name">The network's, or what was given for it while there is none.</param>
/// <param name="Asked"><see cref="EndpointSettings.NetworkID"/> is empty until the network was found.</param>
internal sealed record NetworkSetting(string Name, EndpointSettings Asked);

/// <summary>A link of the default bridge: another container under a name of one's own (<c>--link</c>).</summary>
internal sealed record LinkRecord(string ContainerId, string Alias);
