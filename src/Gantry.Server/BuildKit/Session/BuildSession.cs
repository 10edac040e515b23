using Gantry.Server.BuildKit.Grpc;
using Gantry.Server.BuildKit.Wire;
using Gantry.Spec.Engine;

namespace Gantry.Server.BuildKit.Session;

/// <summary>A client that offers its files, secrets, agents and credentials.</summary>
internal sealed class BuildSession(SessionHead head, GrpcChannel channel) : IDisposable
{
    private const string Health = "/grpc.health.v1.Health/Check";
    private const string Credentials = "/moby.filesync.v1.Auth/Credentials";
    private const string GetSecret = "/moby.buildkit.secrets.v1.Secrets/GetSecret";
    private const string CheckAgent = "/moby.sshforward.v1.SSH/CheckAgent";
    private const string Forward = "/moby.sshforward.v1.SSH/ForwardAgent";
    private const string Pull = "/moby.upload.v1.Upload/Pull";
    private const string AgentId = "buildkit.ssh.id";

    public string SharedKey => head.SharedKey;

    public GrpcChannel Channel => channel;

    public bool Supports(string method) => head.Methods.Contains(method);

    /// <summary>Begins to speak, so that either side notices when the other is gone.</summary>
    public async Task GreetAsync()
    {
        try
        {
            await channel.CallAsync(Health, new(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (GrpcException)
        {
            // It need not offer this.
        }
    }

    public async Task<AuthConfig?> FindAuthAsync(string host, CancellationToken cancellationToken)
    {
        if (!Supports(Credentials))
        {
            return null;
        }

        // Docker Hub has another name where it is asked.
        var answer = await channel.CallAsync(Credentials, new ProtoWriter().Text(1, host == "docker.io" ? "registry-1.docker.io" : host), cancellationToken).ConfigureAwait(false);
        var (user, secret) = Pair(answer.Span);
        return (user, secret) switch
        {
            (_, "") => null,
            ("", _) => new() { IdentityToken = secret },
            _ => new() { Username = user, Password = secret },
        };
    }

    public async Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellationToken)
    {
        if (!Supports(GetSecret))
        {
            return null;
        }

        try
        {
            return Bytes((await channel.CallAsync(GetSecret, new ProtoWriter().Text(1, id), cancellationToken).ConfigureAwait(false)).Span);
        }
        catch (GrpcException e) when (e.Code == GrpcCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Whether the client forwards an agent of that name.</summary>
    public async Task<bool> HasAgentAsync(string id, CancellationToken cancellationToken)
    {
        if (!Supports(Forward))
        {
            return false;
        }

        try
        {
            await channel.CallAsync(CheckAgent, new ProtoWriter().Text(1, id), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (GrpcException)
        {
            return false;
        }
    }

    public GrpcClientCall OpenAgent(string id, CancellationToken cancellationToken) => channel.Open(Forward, [new(AgentId, [id])], cancellationToken);

    /// <summary>A stream that the client offers at an address of its own making.</summary>
    public async Task<Stream> OpenUploadAsync(Uri address, CancellationToken cancellationToken)
    {
        var call = channel.Open(Pull, [new("urlpath", [address.AbsolutePath]), new("urlhost", [address.Authority])], cancellationToken);
        await call.StartAsync().ConfigureAwait(false);
        return new MessageStream(call);
    }

    public void Dispose() => channel.Dispose();

    private static byte[] Bytes(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                return reader.Bytes().ToArray();
            }

            reader.Skip();
        }

        return [];
    }

    private static (string User, string Secret) Pair(ReadOnlySpan<byte> message)
    {
        var (user, secret) = ("", "");
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    user = reader.Text();
                    break;
                case 2:
                    secret = reader.Text();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (user, secret);
    }
}
