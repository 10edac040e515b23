using System.Text;
using Gantry.Build.Progress;
using Gantry.Server.Building;

namespace Gantry.Tests.Server.Building;

public sealed class ClassicOutputTests
{
    private static readonly PlanEvent Plan = new()
    {
        Step = "",
        At = default,
        Instructions =
        [
            new(new(1, 1), "ARG V", null, 0),
            new(new(2, 2), "FROM busybox AS one", 0, 1),
            new(new(3, 3), "ENV A=1", 0, 0),
            new(new(4, 4), "RUN one", 0, 1),
            new(new(5, 5), "FROM busybox", 1, 0),
            new(new(6, 6), "RUN two", 1, 1),
            new(new(7, 7), "CMD [\"x\"]", 1, 0),
        ],
    };

    private readonly StringBuilder said = new();
    private readonly ClassicOutput output;

    public ClassicOutputTests()
    {
        output = new(message => said.Append(message.Stream), quiet: false);
        output.Report(Plan);
    }

    [Fact]
    public void Instructions_come_as_they_are_written_whatever_is_done_first()
    {
        Happen("two", 6, StepState.Started);
        Write("two", "second\n");
        Assert.Equal("Step 1/7 : ARG V\n", said.ToString());
        Happen("from", 2, StepState.Completed);
        Happen("one", 4, StepState.Started);
        Write("one", "first\n");
        Assert.Equal("Step 1/7 : ARG V\nStep 2/7 : FROM busybox AS one\nStep 3/7 : ENV A=1\nStep 4/7 : RUN one\nfirst\n", said.ToString());
        Happen("two", 6, StepState.Completed);
        said.Clear();
        Happen("one", 4, StepState.Completed);
        Assert.Equal("Step 5/7 : FROM busybox\nStep 6/7 : RUN two\nsecond\nStep 7/7 : CMD [\"x\"]\n", said.ToString());
    }

    [Fact]
    public void What_changes_the_configuration_alone_is_cached_with_the_step_after_it()
    {
        Happen("from", 2, StepState.Completed);
        Happen("one", 4, StepState.Cached);
        Happen("two", 6, StepState.Cached);
        Assert.Equal(
            """
            Step 1/7 : ARG V
            Step 2/7 : FROM busybox AS one
            Step 3/7 : ENV A=1
             ---> Using cache
            Step 4/7 : RUN one
             ---> Using cache
            Step 5/7 : FROM busybox
            Step 6/7 : RUN two
             ---> Using cache
            Step 7/7 : CMD ["x"]
             ---> Using cache

            """,
            said.ToString());
    }

    [Fact]
    public void A_failure_shows_what_waited_for_others()
    {
        Happen("from", 2, StepState.Completed);
        Happen("one", 4, StepState.Started);
        Happen("two", 6, StepState.Started);
        Write("two", "why\n");
        Happen("two", 6, StepState.Failed);
        said.Clear();
        output.Flush(6);
        Assert.Equal("Step 5/7 : FROM busybox\nStep 6/7 : RUN two\nwhy\n", said.ToString());
    }

    [Fact]
    public void One_step_of_two_stages_is_shown_in_both()
    {
        Happen("from", 2, StepState.Completed);
        Happen("same", 4, StepState.Completed);
        Happen("same", 6, StepState.Completed);
        Assert.EndsWith("Step 6/7 : RUN two\nStep 7/7 : CMD [\"x\"]\n", said.ToString(), StringComparison.Ordinal);
    }

    private void Happen(string step, int line, StepState state) => output.Report(new StepEvent { Step = step, Name = step, At = default, State = state, Lines = new(line, line) });

    private void Write(string step, string text) => output.Report(new OutputEvent { Step = step, At = default, Stream = 1, Data = Encoding.UTF8.GetBytes(text) });
}
