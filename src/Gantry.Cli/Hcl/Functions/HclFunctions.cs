namespace Gantry.Cli.Hcl.Functions;

/// <summary>The functions that every file has, by the names of the Bake standard library.</summary>
internal static class HclFunctions
{
    /// <summary>Null for a name that none has.</summary>
    public static HclFunction? Find(string name) => TextFunctions.Find(name) ?? NumberFunctions.Find(name) ?? ListFunctions.Find(name) ?? MapFunctions.Find(name) ?? SetFunctions.Find(name)
        ?? EncodingFunctions.Find(name) ?? LogicFunctions.Find(name) ?? TimeFunctions.Find(name) ?? AddressFunctions.Find(name);
}
