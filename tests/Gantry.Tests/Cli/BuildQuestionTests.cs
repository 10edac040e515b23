using Gantry.Cli.Building;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Definitions;
using Gantry.Cli.Hosts;
using Gantry.Spec.Engine;

namespace Gantry.Tests.Cli;

public sealed class BuildQuestionTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("--call=build", "")]
    [InlineData("--check=false", "")]
    [InlineData("--check", "check False False")]
    [InlineData("--call=check", "check False False")]
    [InlineData("--call=lint,format=json", "check True False")]
    [InlineData("--call targets,format=text", "targets False False")]
    [InlineData("--call format=json,outline,ignorestatus=true", "outline True True")]
    public void What_is_asked_is_read(string arguments, string expected) =>
        Assert.Equal(expected, Of(arguments) is { } question ? $"{question.Name} {question.IsJson} {question.IgnoresStatus}" : "");

    [Theory]
    [InlineData("--call=chek", "\"chek\"")]
    [InlineData("--call=check,outline", "\"outline\"")]
    [InlineData("--call=check,ignorestatus=maybe", "\"ignorestatus=maybe\"")]
    public void What_is_none_is_named(string arguments, string part) =>
        Assert.Contains(part, Assert.Throws<CommandLineException>(() => Of(arguments)).Message, StringComparison.Ordinal);

    [Fact]
    public void Warnings_are_listed_when_the_build_is_over()
    {
        var warnings = new WarningList("gantry", isExpanded: false);
        Assert.Equal("", warnings.Text(isColored: false));
        warnings.Add(s_warning);
        Assert.Equal("\n 1 warning found (use gantry --debug to expand):\n - Rule: message (line 3)\n", warnings.Text(isColored: false));
        warnings.Add(s_warning);
        Assert.StartsWith("\n \x1b[33m2 warnings found (use gantry --debug to expand):\x1b[0m\n", warnings.Text(isColored: true), StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_known_of_warnings_is_told_to_who_wants_it()
    {
        var warnings = new WarningList("gantry", isExpanded: true);
        warnings.Add(s_warning);
        Assert.Equal("\n 1 warning found:\n - Rule: message (line 3)\nwhy\nMore info: https://there\n   3 | >>> CMD a\n\n", warnings.Text(isColored: false));
    }

    private static readonly BuildWarning s_warning = new() { Rule = "Rule", Message = "message", Short = "Rule: message (line 3)", Description = "why", Url = "https://there", Excerpt = "   3 | >>> CMD a", Line = 3 };

    private static BuildQuestion? Of(string arguments)
    {
        using var session = new Session("gantry");
        var (command, options) = (BuildDefinitions.Build(), new OptionSet());
        command.Options!(options);
        var rest = options.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), command.StopsAtFirstArgument);
        return BuildQuestion.Of(new(command, "build", options, rest, session));
    }
}
