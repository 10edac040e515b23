namespace Gantry.Cli.Hcl.Functions;

/// <summary>Functions of objects.</summary>
internal static class MapFunctions
{
    public static HclFunction? Find(string name) => name switch
    {
        "keys" => new(1, 1, call => HclValue.Of(call.Map(0).Keys.Select(HclValue.Of))),
        "lookup" => new(3, 3, call => call.Map(0).GetValueOrDefault(call.Text(1)) ?? call.Value(2)),
        "merge" => new(0, HclFunction.Any, call => HclValue.Of(Enumerable.Range(0, call.Count).Where(index => !call.Value(index).IsNull).SelectMany(call.Map))),
        "values" => new(1, 1, call => HclValue.Of(call.Map(0).Values)),
        "zipmap" => new(2, 2, call => call.Texts(0) is var keys && keys.Count == call.List(1).Count ? HclValue.Of(keys.Zip(call.List(1), KeyValuePair.Create)) : throw call.Failed("there must be as many keys as values")),
        _ => null,
    };
}
