using Gantry.Build.Dockerfile;

namespace Gantry.Build.Linting;

/// <summary>EXPOSE names ports of the container, and protocols in small letters.</summary>
internal static class ExposeRules
{
    private static readonly LintRule ExposeProtoCasing = new("ExposeProtoCasing", "Protocol in EXPOSE instruction should be lowercase");

    private static readonly LintRule ExposeInvalidFormat = new(
        "ExposeInvalidFormat",
        "IP address and host-port mapping should not be used in EXPOSE instruction. This will become an error in a future release");

    public static void Check(StageLinter stage, ExposeInstruction expose)
    {
        foreach (var port in expose.Ports.SelectMany(text => stage.Expand(text).Words))
        {
            var container = port.LastIndexOf(':') + 1;
            var protocol = port.IndexOf('/', container);
            if (protocol >= 0 && !Casing.IsLower(port[protocol..]))
            {
                stage.Findings.Add(ExposeProtoCasing, expose, $"Defined protocol '{port}' in EXPOSE instruction should be lowercase");
            }

            if (port.AsSpan(0, container).Trim(':').Length > 0)
            {
                stage.Findings.Add(ExposeInvalidFormat, expose, $"EXPOSE instruction should not define an IP address or host-port mapping, found '{port}'");
            }
        }
    }
}
