namespace Gantry.Cli.Hcl;

/// <summary>Where something stands in a file; lines and columns count from 1.</summary>
internal readonly record struct HclPlace(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}
