namespace Gantry.Cli.Hcl;

internal enum HclKind
{
    Null,
    Text,
    Number,
    Boolean,
    List,
    Map,
}
