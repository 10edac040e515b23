using System.Text;

namespace Gantry.Server.Http;

/// <summary>Where a text stops being JSON, in the words of Go's encoding/json, which clients of Docker know.</summary>
internal ref struct JsonSyntax
{
    /// <summary>Go's limit of nested arrays and objects.</summary>
    private const int DepthLimit = 10_000;

    private readonly ReadOnlySpan<byte> text;
    private int position;

    private JsonSyntax(ReadOnlySpan<byte> text) => this.text = text;

    /// <summary>The fault of the first value in the text; null when its syntax is right, whatever follows it.</summary>
    public static string? Fault(ReadOnlySpan<byte> text) => new JsonSyntax(text).Value();

    private string? Value()
    {
        // What is open: true for objects.
        var open = new Stack<bool>();
        while (true)
        {
            string? fault;
            switch (Peek())
            {
                case '{':
                    position++;
                    open.Push(true);
                    if (Peek() != '}' && (fault = Key("looking for beginning of object key string")) is not null)
                    {
                        return fault;
                    }

                    if (Peek() != '}')
                    {
                        continue;
                    }

                    break;
                case '[':
                    position++;
                    open.Push(false);
                    if (Peek() != ']')
                    {
                        continue;
                    }

                    break;
                default:
                    if ((fault = Scalar()) is not null)
                    {
                        return fault;
                    }

                    break;
            }

            if (open.Count > DepthLimit)
            {
                return "exceeded max depth";
            }

            // A value has ended, or a container is about to.
            while (true)
            {
                if (open.Count == 0)
                {
                    return null;
                }

                var isObject = open.Peek();
                var next = Peek();
                if (next == (isObject ? '}' : ']'))
                {
                    position++;
                    open.Pop();
                    continue;
                }

                if (next != ',')
                {
                    return Invalid(isObject ? "after object key:value pair" : "after array element");
                }

                position++;
                if (isObject && (fault = Key("looking for beginning of object key string")) is not null)
                {
                    return fault;
                }

                break;
            }
        }
    }

    private string? Key(string where)
    {
        if (Peek() != '"')
        {
            return Invalid(where);
        }

        if (Text() is { } fault)
        {
            return fault;
        }

        if (Peek() != ':')
        {
            return Invalid("after object key");
        }

        position++;
        return null;
    }

    private string? Scalar() => Peek() switch
    {
        '"' => Text(),
        't' => Literal("true"u8),
        'f' => Literal("false"u8),
        'n' => Literal("null"u8),
        '-' or (>= '0' and <= '9') => Number(),
        _ => Invalid("looking for beginning of value"),
    };

    private string? Literal(ReadOnlySpan<byte> word)
    {
        for (var index = 0; index < word.Length; index++, position++)
        {
            if (Current != word[index])
            {
                return Invalid($"in literal {Encoding.ASCII.GetString(word)} (expecting '{(char)word[index]}')");
            }
        }

        return null;
    }

    private string? Text()
    {
        for (position++; Current is var next and not '"'; position++)
        {
            if (next < ' ')
            {
                return Invalid("in string literal");
            }

            if (next != '\\')
            {
                continue;
            }

            position++;
            if (Current == 'u')
            {
                for (var digit = 0; digit < 4; digit++)
                {
                    position++;
                    if (Current < 0 || !char.IsAsciiHexDigit((char)Current))
                    {
                        return Invalid("in \\u hexadecimal character escape");
                    }
                }
            }
            else if (Current < 0 || !"\"\\/bfnrt".Contains((char)Current, StringComparison.Ordinal))
            {
                return Invalid("in string escape code");
            }
        }

        position++;
        return null;
    }

    private string? Number()
    {
        if (Current == '-')
        {
            position++;
        }

        if (Current == '0')
        {
            position++;
        }
        else if (!Digits())
        {
            return Invalid("in numeric literal");
        }

        if (Current == '.')
        {
            position++;
            if (!Digits())
            {
                return Invalid("after decimal point in numeric literal");
            }
        }

        if (Current is 'e' or 'E')
        {
            position++;
            if (Current is '+' or '-')
            {
                position++;
            }

            if (!Digits())
            {
                return Invalid("in exponent of numeric literal");
            }
        }

        return null;
    }

    private bool Digits()
    {
        var start = position;
        while (Current is >= '0' and <= '9')
        {
            position++;
        }

        return position > start;
    }

    /// <summary>The byte here, -1 at the end.</summary>
    private readonly int Current => position < text.Length ? text[position] : -1;

    /// <summary>The next byte that is no white space, which is passed over; -1 at the end.</summary>
    private int Peek()
    {
        while (Current is ' ' or '\t' or '\r' or '\n')
        {
            position++;
        }

        return Current;
    }

    private readonly string Invalid(string where) => Current switch
    {
        < 0 => "unexpected EOF",
        '\'' => $"invalid character '\\'' {where}",
        '"' => $"invalid character '\"' {where}",
        < ' ' => $"invalid character '\\x{Current:x2}' {where}",
        _ => $"invalid character '{(char)Current}' {where}",
    };
}
