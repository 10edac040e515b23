using Gantry.Spec;

namespace Gantry.Engine.Extensions.Authorization;

/// <summary>
/// The programs that judge each request and each answer (Docker's "Access authorization plugin"), in the order of the
/// configuration: what one denies is denied, and what one fails to judge fails.
/// </summary>
public sealed class AuthorizationPlugins : IDisposable
{
    private const string Interface = "authz";
    private volatile Judge[] judges = [];

    public bool IsOn => judges.Length > 0;

    /// <summary>Takes other plug-ins; calls to the former ones that are under way end as they would have.</summary>
    /// <exception cref="InvalidArgumentException">One is not there or is none for authorization: nothing has changed.</exception>
    public void Replace(IReadOnlyList<string> names)
    {
        if (names.SequenceEqual(judges.Select(judge => judge.Name)))
        {
            return;
        }

        judges = [.. names.Distinct(StringComparer.Ordinal).Select(Open)];
    }

    /// <exception cref="PermissionDeniedException">A plug-in denies it.</exception>
    /// <exception cref="InternalException">A plug-in does not answer as it should.</exception>
    public Task JudgeAsync(AuthorizationRequest request) => Task.Run(() =>
    {
        foreach (var judge in judges)
        {
            judge.Check(request);
        }
    });

    public void Dispose() => Array.ForEach(judges, judge => judge.Dispose());

    private static Judge Open(string name)
    {
        var address = Plugins.Find(name) ?? throw new InvalidArgumentException($"error validating authorization plugin: plugin \"{name}\" not found");
        var judge = new Judge(name, address);
        try
        {
            return judge.Implements(Interface) ? judge : throw new InvalidArgumentException($"error validating authorization plugin: plugin \"{name}\" does not implement \"{Interface}\"");
        }
        catch (Exception e)
        {
            judge.Dispose();
            throw e is InternalException ? new InvalidArgumentException($"error validating authorization plugin: {e.Message}", e) : e;
        }
    }

    private sealed class Judge(string name, Uri address) : IDisposable
    {
        private readonly PluginClient client = new("authorization plugin", name, address);

        public string Name => name;

        public bool Implements(string protocol) => client.Implements(protocol);

        public void Check(AuthorizationRequest request)
        {
            AuthorizationAnswer answer;
            try
            {
                answer = client.Call(
                    request.ResponseStatusCode == 0 ? "AuthZPlugin.AuthZReq" : "AuthZPlugin.AuthZRes",
                    request, AuthorizationJson.Default.AuthorizationRequest, AuthorizationJson.Default.AuthorizationAnswer);
            }
            catch (InternalException e)
            {
                throw new InternalException($"plugin {name} failed with error: {e.Message}", e);
            }

            if (!answer.Allow)
            {
                throw new PermissionDeniedException($"authorization denied by plugin {name}: {answer.Msg}");
            }
        }

        public void Dispose() => client.Dispose();
    }
}
