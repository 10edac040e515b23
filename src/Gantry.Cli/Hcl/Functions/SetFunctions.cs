namespace Gantry.Cli.Hcl.Functions;

/// <summary>Functions of lists that are taken as sets.</summary>
internal static class SetFunctions
{
    public static HclFunction? Find(string name) => name switch
    {
        "sethaselement" => new(2, 2, call => HclValue.Of(call.List(0).Contains(call.Value(1)))),
        "setintersection" => Fold(Enumerable.Intersect),
        "setproduct" => new(1, HclFunction.Any, call => HclValue.Of(Enumerable.Range(0, call.Count).Aggregate<int, IEnumerable<IEnumerable<HclValue>>>([[]], (made, index) => made.SelectMany(row => call.List(index).Select(row.Append))).Select(HclValue.Of))),
        "setsubtract" => new(2, 2, call => HclValue.SetOf(call.List(0).Except(call.List(1)))),
        "setsymmetricdifference" => Fold((one, other) => one.Except(other).Concat(other.Except(one))),
        "setunion" => Fold(Enumerable.Union),
        _ => null,
    };

    private static HclFunction Fold(Func<IEnumerable<HclValue>, IEnumerable<HclValue>, IEnumerable<HclValue>> of) =>
        new(1, HclFunction.Any, call => HclValue.SetOf(Enumerable.Range(0, call.Count).Select(index => (IEnumerable<HclValue>)call.List(index)).Aggregate(of)));
}
