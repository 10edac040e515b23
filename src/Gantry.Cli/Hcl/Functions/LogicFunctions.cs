namespace Gantry.Cli.Hcl.Functions;

/// <summary>Functions that choose, compare and convert.</summary>
internal static class LogicFunctions
{
    public static HclFunction? Find(string name) => name switch
    {
        "and" => new(2, 2, call => HclValue.Of(call.Flag(0) & call.Flag(1))),
        "can" => new(1, 1, call => HclValue.Of(TryValue(call, 0, out _))),
        "coalesce" => new(1, HclFunction.Any, call => call.Values().FirstOrDefault(value => !value.IsNull) ?? throw call.Failed("all arguments are null")),
        "convert" => new(2, 2, Convert),
        "equal" => new(2, 2, call => HclValue.Of(call.Value(0).Equals(call.Value(1)))),
        "not" => new(1, 1, call => HclValue.Of(!call.Flag(0))),
        "notequal" => new(2, 2, call => HclValue.Of(!call.Value(0).Equals(call.Value(1)))),
        "or" => new(2, 2, call => HclValue.Of(call.Flag(0) | call.Flag(1))),
        "try" => new(1, HclFunction.Any, Try),
        _ => null,
    };

    private static HclValue Try(HclCall call)
    {
        for (var i = 0; i < call.Count; i++)
        {
            if (TryValue(call, i, out var value)) return value;
        }

        throw call.Failed("no argument has a value");
    }

    private static bool TryValue(HclCall call, int index, out HclValue value)
    {
        try
        {
            value = call.Value(index);
            return true;
        }
        catch (HclException)
        {
            value = HclValue.Null;
            return false;
        }
    }

    private static HclValue Convert(HclCall call)
    {
        try
        {
            return HclType.Read(call.Expression(1)).Convert(call.Value(0));
        }
        catch (FormatException e)
        {
            throw call.Failed(e.Message);
        }
    }
}
