using CsCheck;
using Gantry.Build.Dockerfile;

namespace Gantry.Tests.Build;

public sealed class DockerfileParserTests
{
    [Fact]
    public void Stages_arguments_and_directives_are_read()
    {
        var document = DockerfileParser.Parse("""
            # syntax=docker/dockerfile:1
            # escape=`

            ARG V=1
            # the first
            FROM --platform=$BUILDPLATFORM base:$V AS Build
            RUN one && `
                two
            COPY --from=0 --chown=a:b x y /z/
            FROM scratch
            """);
        Assert.Equal(("docker/dockerfile:1", '`'), (document.Syntax!, document.Escape));
        Assert.Equal(("V", "1"), (document.GlobalArgs[0].Arguments[0].Name, document.GlobalArgs[0].Arguments[0].Default));
        Assert.Equal(2, document.Stages.Count);
        var from = document.Stages[0].From;
        Assert.Equal(("base:$V", "$BUILDPLATFORM", "build", "Build", "the first"), (from.BaseName, from.Platform, from.StageName, from.WrittenStageName, from.Comment));
        var run = Assert.IsType<RunInstruction>(document.Stages[0].Instructions[0]);
        Assert.Equal(("one &&     two", true, 7, 8), (run.Command.Words[0], run.Command.IsShellForm, run.Lines.Start, run.Lines.End));
        var copy = Assert.IsType<CopyInstruction>(document.Stages[0].Instructions[1]);
        Assert.Equal(("0", "a:b", "x,y", "/z/"), (copy.From, copy.Chown, string.Join(',', copy.Sources), copy.Destination));
    }

    [Fact]
    public void Here_documents_are_read()
    {
        var document = DockerfileParser.Parse("FROM a\nRUN <<EOF\necho $A\nEOF\nCOPY <<-'ONE' <<TWO /d/\n\tx $y\n\tONE\nz\nTWO\nRUN cat <<E > /f\nx\nE\n");
        var run = Assert.IsType<RunInstruction>(document.Stages[0].Instructions[0]);
        Assert.Equal(new Heredoc("EOF", "echo $A\n", Expand: true, Chomp: false), Assert.Single(run.Heredocs));
        var copy = Assert.IsType<CopyInstruction>(document.Stages[0].Instructions[1]);
        Assert.Equal([new SourceContent("ONE", "x $y\n", Expand: false), new SourceContent("TWO", "z\n", Expand: true)], copy.Contents);
        Assert.Equal("cat <<E > /f", Assert.IsType<RunInstruction>(document.Stages[0].Instructions[2]).Command.Words[0]);
    }

    [Fact]
    public void A_trigger_keeps_its_here_documents()
    {
        var trigger = Assert.IsType<OnBuildInstruction>(DockerfileParser.Parse("FROM a\nONBUILD COPY <<A <<B /x/\none\nA\ntwo\nB\n").Stages[0].Instructions[0]);
        var copy = Assert.IsType<CopyInstruction>(InstructionParser.ParseOne(trigger.Expression));
        Assert.Equal([new SourceContent("A", "one\n", Expand: true), new SourceContent("B", "two\n", Expand: true)], copy.Contents);
        Assert.Throws<FormatException>(() => InstructionParser.ParseOne("RUN a\nRUN b"));
    }

    [Theory]
    [InlineData("FROM a\nRUNN x\n", 2, "unknown instruction: RUNN (did you mean RUN?)")]
    [InlineData("RUN x\n", 1, "no build stage in current context")]
    [InlineData("", 1, "the Dockerfile cannot be empty")]
    [InlineData("# nothing\n", 1, "file with no instructions")]
    [InlineData("FROM a b\n", 1, "FROM requires either one or three arguments")]
    [InlineData("FROM a AS 1x\n", 1, "invalid name for build stage")]
    [InlineData("FROM a\nCOPY --form=b x /\n", 2, "unknown flag: --form (did you mean from?)")]
    [InlineData("ARG a\n", 1, "dockerfile contains no stages to build")]
    [InlineData("FROM a\nRUN --mount=type=bnd,target=/x y\n", 2, "unsupported mount type \"bnd\" (did you mean bind?)")]
    [InlineData("FROM a\nRUN --mount=from=$x,target=/x y\n", 2, "'from' doesn't support variable expansion, define alias stage instead")]
    [InlineData("FROM a\nRUN --mount=type=bind,tarGet=/x,from=b,sorce=c y\n", 2, "unexpected key 'sorce' in mount (did you mean source?)")]
    [InlineData("FROM a\nRUN --device=required x\n", 2, "a device needs a name")]
    [InlineData("FROM a\nRUN --device=v.com/c=n,optional x\n", 2, "unexpected field 'optional' in device")]
    [InlineData("FROM a\nRUN <<EOF\nx\n", 4, "unterminated heredoc")]
    [InlineData("FROM a\nENV a\n", 2, "ENV must have two arguments")]
    [InlineData("FROM a\nHEALTHCHECK CONNECT\n", 2, "Unknown type \"CONNECT\" in HEALTHCHECK (try CMD)")]
    [InlineData("FROM a\nONBUILD FROM b\n", 2, "FROM isn't allowed as an ONBUILD trigger")]
    [InlineData("FROM a\nCMD --x y\n", 2, "unknown flag: --x")]
    [InlineData("# escape=x\nFROM a\n", 1, "invalid escape token")]
    public void What_is_wrong_is_said_with_its_line(string text, int line, string part)
    {
        var failure = Assert.Throws<DockerfileException>(() => DockerfileParser.Parse(text));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.Equal(line, failure.Lines.Start);
    }

    [Fact]
    public void The_place_is_shown_with_the_lines_around_it()
    {
        var failure = Assert.Throws<DockerfileException>(() => DockerfileParser.Parse("FROM a\n\nRUNN x\nCMD y\n"));
        Assert.Equal("""
            Dockerfile:3
            --------------------
               1 |     FROM a
               2 |
               3 | >>> RUNN x
               4 |     CMD y
               5 |
            --------------------
            """, failure.Describe());
    }

    [Fact]
    public void No_text_leads_to_anything_else_than_a_document_or_its_own_failure() =>
        Gen.String[Gen.Char["FROMRUNCPYADENV \n\t\\\"'$<>EOF#=-[]{}:,/x1"], 0, 200].Sample(text =>
        {
            try
            {
                DockerfileParser.Parse("FROM a\n" + text);
            }
            catch (DockerfileException)
            {
                // It is told what is wrong.
            }
        }, iter: 5000);
}
