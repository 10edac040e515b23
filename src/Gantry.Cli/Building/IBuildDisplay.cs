using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>Shows a build while it goes on.</summary>
internal interface IBuildDisplay
{
    void Show(BuildMessage message);

    /// <summary>The build is over.</summary>
    void End();
}

/// <summary>Shows nothing.</summary>
internal sealed class QuietDisplay : IBuildDisplay
{
    public void Show(BuildMessage message)
    {
    }

    public void End()
    {
    }
}
