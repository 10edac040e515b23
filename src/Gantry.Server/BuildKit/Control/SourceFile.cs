using Gantry.Build;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.Control;

/// <summary>The Dockerfile as clients show parts of it.</summary>
internal sealed record SourceFile(string Name, byte[] Content)
{
    private const string Language = "Dockerfile";

    public ProtoWriter Info() => new ProtoWriter().Text(1, Name).Bytes(2, Content).Text(4, Language);

    public static ProtoWriter Range(LineRange lines) => new ProtoWriter()
        .Message(1, new ProtoWriter().Integer(1, lines.Start))
        .Message(2, new ProtoWriter().Integer(1, lines.End));
}
