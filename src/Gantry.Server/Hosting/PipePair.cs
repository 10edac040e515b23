using System.IO.Pipelines;

namespace Gantry.Server.Hosting;

/// <summary>Both directions of a connection.</summary>
internal sealed record PipePair(PipeReader Input, PipeWriter Output) : IDuplexPipe;
