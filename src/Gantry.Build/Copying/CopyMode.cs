using System.Globalization;
using Gantry.Linux.Files;
using Gantry.Spec;

namespace Gantry.Build.Copying;

/// <summary>A mode as <c>--chmod</c> has it: octal, or chmod(1)'s symbols (<c>u=rwX,go=rX</c>).</summary>
public sealed class CopyMode
{
    private const uint All = 0xFFF;
    private readonly string text;
    private readonly uint? octal;

    private CopyMode(string text, uint? octal) => (this.text, this.octal) = (text, octal);

    public static CopyMode Parse(string text)
    {
        if (text.Length > 0 && text.All(c => c is >= '0' and <= '7'))
        {
            var value = Convert.ToUInt32(text, 8);
            return value <= All ? new(text, value) : throw Invalid(text);
        }

        var mode = new CopyMode(text, null);
        // Tried once, so that a wrong one is told before anything is copied.
        mode.Apply(0, FileKind.Regular);
        return mode;
    }

    public override string ToString() => text;

    /// <summary>The mode of an entry that has <paramref name="permissions"/>.</summary>
    public uint Apply(uint permissions, FileKind kind)
    {
        if (octal is { } value)
        {
            return value;
        }

        foreach (var clause in text.Split(','))
        {
            permissions = ApplyClause(clause, permissions, kind);
        }

        return permissions;
    }

    private uint ApplyClause(string clause, uint permissions, FileKind kind)
    {
        var at = clause.IndexOfAny(['=', '+', '-']);
        if (at < 0)
        {
            throw Invalid(text);
        }

        var who = clause[..at];
        var users = who.Length == 0 ? "ugo" : who.Replace("a", "ugo", StringComparison.Ordinal);
        if (users.Any(user => user is not ('u' or 'g' or 'o')))
        {
            throw Invalid(text);
        }

        while (at < clause.Length)
        {
            var action = clause[at];
            var end = clause.IndexOfAny(['=', '+', '-'], at + 1);
            var letters = clause[(at + 1)..(end < 0 ? clause.Length : end)];
            foreach (var user in users)
            {
                permissions = Change(permissions, user, action, letters, kind);
            }

            at = end < 0 ? clause.Length : end;
        }

        return permissions;
    }

    private uint Change(uint permissions, char user, char action, string letters, FileKind kind)
    {
        var shift = user switch { 'u' => 6, 'g' => 3, _ => 0 };
        uint bits = 0;
        uint special = 0;
        foreach (var letter in letters)
        {
            switch (letter)
            {
                case 'r': bits |= 4; break;
                case 'w': bits |= 2; break;
                case 'x': bits |= 1; break;
                case 'X': bits |= kind == FileKind.Directory || (permissions & 0x49) != 0 ? 1u : 0; break;
                case 's': special |= user switch { 'u' => 0x800u, 'g' => 0x400u, _ => 0 }; break;
                case 't': special |= 0x200; break;
                case 'u': bits |= (permissions >> 6) & 7; break;
                case 'g': bits |= (permissions >> 3) & 7; break;
                case 'o': bits |= permissions & 7; break;
                default: throw Invalid(text);
            }
        }

        var mask = (bits << shift) | special;
        return action switch
        {
            '+' => permissions | mask,
            '-' => permissions & ~mask,
            _ => (permissions & ~(7u << shift)) | mask,
        };
    }

    private static InvalidArgumentException Invalid(string text) =>
        new($"invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777, or symbolic as chmod(1) has it");

    /// <summary>The mode as it is written in octal; null where it is symbolic.</summary>
    public string? Octal => octal is { } value ? "0" + Convert.ToString(value, 8).ToString(CultureInfo.InvariantCulture) : null;
}
