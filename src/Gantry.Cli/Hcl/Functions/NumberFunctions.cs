using System.Globalization;
using System.Numerics;

namespace Gantry.Cli.Hcl.Functions;

/// <summary>Functions of numbers.</summary>
internal static class NumberFunctions
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    public static HclFunction? Find(string name) => name switch
    {
        "absolute" => One(Math.Abs),
        "add" => Two((a, b) => a + b),
        "ceil" => One(Math.Ceiling),
        "divide" => Two((a, b) => a / b),
        "floor" => One(Math.Floor),
        "greaterthan" => Compare((a, b) => a > b),
        "greaterthanorequalto" => Compare((a, b) => a >= b),
        "int" => One(Math.Truncate),
        "lessthan" => Compare((a, b) => a < b),
        "lessthanorequalto" => Compare((a, b) => a <= b),
        "log" => Two((number, root) => (decimal)Math.Log((double)number, (double)root)),
        "max" => new(1, HclFunction.Any, call => HclValue.Of(Numbers(call).Max())),
        "min" => new(1, HclFunction.Any, call => HclValue.Of(Numbers(call).Min())),
        "modulo" => Two((a, b) => a % b),
        "multiply" => Two((a, b) => a * b),
        "negate" => One(number => -number),
        "parseint" => new(2, 2, Parse),
        "pow" => Two((number, power) => (decimal)Math.Pow((double)number, (double)power)),
        "signum" => One(number => Math.Sign(number)),
        "subtract" => Two((a, b) => a - b),
        _ => null,
    };

    private static HclFunction One(Func<decimal, decimal> of) => new(1, 1, call => HclValue.Of(of(call.Number(0))));

    private static HclFunction Two(Func<decimal, decimal, decimal> of) => new(2, 2, call =>
    {
        try
        {
            return HclValue.Of(of(call.Number(0), call.Number(1)));
        }
        catch (DivideByZeroException)
        {
            throw call.Wrong(1, "must not be zero");
        }
        catch (OverflowException)
        {
            throw call.Failed("the result has more digits than a number can have here");
        }
    });

    private static HclFunction Compare(Func<decimal, decimal, bool> of) => new(2, 2, call => HclValue.Of(of(call.Number(0), call.Number(1))));

    private static IEnumerable<decimal> Numbers(HclCall call) => Enumerable.Range(0, call.Count).Select(call.Number);

    private static HclValue Parse(HclCall call)
    {
        var (text, root) = (call.Text(0), call.Integer(1));
        if (root is < 2 or > 62) throw call.Wrong(1, "must be from 2 to 62");
        var digits = text.TrimStart('-', '+');
        var number = BigInteger.Zero;
        foreach (var c in root <= 36 ? digits.ToLower(CultureInfo.InvariantCulture) : digits)
        {
            var digit = Digits.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0 || digit >= root) throw call.Wrong(0, $"is no number of base {root}: {text}");
            number = (number * root) + digit;
        }

        if (digits.Length == 0 || number > (BigInteger)decimal.MaxValue) throw call.Wrong(0, $"is no number of base {root}: {text}");
        return HclValue.Of(text.StartsWith('-') ? -(decimal)number : (decimal)number);
    }
}
