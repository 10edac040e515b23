using System.Globalization;
using Gantry.Spec;

namespace Gantry.Runtime.Commands;

/// <summary>
/// Reads a command's arguments: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>, <c>--flag</c>, and
/// <c>--flag=true</c> as Go programs write it. What follows <c>--</c> or the first operand is not an option where the
/// command says so.
/// </summary>
internal sealed class Arguments(string command, string[] all)
{
    private int next;
    private string? attached;

    public List<string> Operands { get; } = [];

    /// <summary>The next option's name without dashes, or null when there are no more.</summary>
    /// <param name="stopAtOperand">Everything after the first operand is one too, as for the program of exec.</param>
    /// <param name="operandsBefore">How many operands come before that.</param>
    public string? NextOption(bool stopAtOperand = false, int operandsBefore = 1)
    {
        while (next < all.Length)
        {
            var argument = all[next];
            if (argument == "--")
            {
                Operands.AddRange(all[(next + 1)..]);
                next = all.Length;
                return null;
            }

            if (argument.Length < 2 || argument[0] != '-' || (stopAtOperand && Operands.Count >= operandsBefore))
            {
                Operands.Add(argument);
                next++;
                continue;
            }

            next++;
            var name = argument.TrimStart('-');
            var equals = name.IndexOf('=', StringComparison.Ordinal);
            attached = equals < 0 ? null : name[(equals + 1)..];
            return equals < 0 ? name : name[..equals];
        }

        return null;
    }

    /// <summary>The value of the option that was just read.</summary>
    public string Value(string option)
    {
        if (attached is { } value)
        {
            return value;
        }

        return next < all.Length ? all[next++] : throw new InvalidArgumentException($"{command}: option --{option} needs a value");
    }

    public int Number(string option)
    {
        var value = Value(option);
        return int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidArgumentException($"{command}: option --{option}: {value} is not a number");
    }

    /// <summary>A number of things: 0 or more.</summary>
    public int Count(string option)
    {
        var number = Number(option);
        return number >= 0 ? number : throw new InvalidArgumentException($"{command}: option --{option}: {number} is below 0");
    }

    /// <summary>Whether a flag is set: it is when it stands there, unless it says <c>=false</c>.</summary>
    public bool Flag(string option) => attached switch
    {
        null or "true" or "1" => true,
        "false" or "0" => false,
        var other => throw new InvalidArgumentException($"{command}: option --{option}: {other} is neither true nor false"),
    };

    public InvalidArgumentException Unknown(string option) => new($"{command}: unknown option --{option}");

    /// <summary>The container's id, the only operand.</summary>
    public string Id(int most = 1)
    {
        while (NextOption() is { } option)
        {
            throw Unknown(option);
        }

        if (Operands.Count == 0)
        {
            throw new InvalidArgumentException($"{command}: which container? give its id");
        }

        return Operands.Count <= most ? Operands[0] : throw new InvalidArgumentException($"{command}: unexpected argument {Operands[most]}");
    }
}
