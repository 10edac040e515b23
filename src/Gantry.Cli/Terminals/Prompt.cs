using System.Text;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Terminals;

/// <summary>Questions to whoever sits at the terminal.</summary>
internal static class Prompt
{
    public static string Ask(Output output, string question, string otherwise)
    {
        output.Write(question);
        output.Flush();
        return ReadLine() is { Length: > 0 } answer ? answer : otherwise;
    }

    /// <summary>The answer is not shown.</summary>
    public static string AskSecret(Output output, string question)
    {
        output.Write(question);
        output.Flush();
        using (Terminal.HideInput())
        {
            var answer = ReadLine();
            output.LineNow("");
            return answer;
        }
    }

    private static string ReadLine()
    {
        var line = new List<byte>();
        Span<byte> one = stackalloc byte[1];
        while (StandardStream.Input.Read(one) == 1 && one[0] != '\n') line.Add(one[0]);
        return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
    }
}
