using Gantry.Cli.Hosts;
using Gantry.Compose.Running;

namespace Gantry.Cli.Compose;

/// <summary>The program under the name <c>docker-compose</c> among the plug-ins of the docker command line, which asks each what it is (docker/cli, <c>cli-plugins</c>).</summary>
internal static class ComposePlugin
{
    public static int PrintMetadata(Session session)
    {
        session.Out.Line($$"""{"SchemaVersion":"0.1.0","Vendor":"Gantry","Version":"v{{ComposeLabels.CompatibleVersion}}","ShortDescription":"Docker Compose"}""");
        return 0;
    }
}
