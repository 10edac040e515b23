using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;

namespace Gantry.Server.BuildKit.History;

/// <summary>How a build failed.</summary>
internal sealed record BuildFailure(GrpcCode Code, string Message)
{
    public static BuildFailure Parse(ReadOnlySpan<byte> status)
    {
        var (code, message) = (GrpcCode.Unknown, "");
        var reader = new ProtoReader(status);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    code = (GrpcCode)reader.Integer();
                    break;
                case 2:
                    message = reader.Text();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new(code, message);
    }
}
