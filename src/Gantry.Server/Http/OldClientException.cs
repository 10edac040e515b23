using Gantry.Spec;

namespace Gantry.Server.Http;

/// <summary>A client of a version from when errors were plain text (400): it gets this one so.</summary>
internal sealed class OldClientException(string message) : GantryException(message);
