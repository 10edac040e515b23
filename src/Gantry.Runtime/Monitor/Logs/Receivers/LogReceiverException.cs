using Gantry.Spec;

namespace Gantry.Runtime.Monitor.Logs.Receivers;

/// <summary>A container cannot begin to log where it should.</summary>
internal sealed class LogReceiverException(string message) : GantryException($"failed to initialize logging driver: {message}");
