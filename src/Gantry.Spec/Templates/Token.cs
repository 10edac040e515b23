namespace Gantry.Spec.Templates;

internal enum TokenKind { Text, Open, Close, Field, Variable, Identifier, String, Character, Number, Pipe, LeftParen, RightParen, Declare, Assign, Comma, Space, Dot, End }

internal readonly record struct Token(TokenKind Kind, string Text, int Position);
