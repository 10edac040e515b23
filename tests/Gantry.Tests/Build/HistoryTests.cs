using Gantry.Build.Planning;
using Gantry.Tests.Build.Linting;

namespace Gantry.Tests.Build;

/// <summary>What an image says of how it was made, as Docker 26 (BuildKit 0.12) says it of the same Dockerfiles.</summary>
public sealed class HistoryTests : IDisposable
{
    private readonly PlanningStage _stage = new();

    [Theory]
    [InlineData("ARG X=5\nARG Y\nRUN a $X", "ARG X=5", "ARG Y", "RUN |2 X=5 Y= /bin/sh -c a $X # buildkit")]
    [InlineData("ARG X=5\nENV X=6\nRUN a", "ARG X=5", "ENV X=6", "RUN /bin/sh -c a # buildkit")]
    [InlineData("ARG X=5\nARG Y=1\nARG X=6\nRUN a", "ARG X=5", "ARG Y=1", "ARG X=6", "RUN |2 X=6 Y=1 /bin/sh -c a # buildkit")]
    [InlineData("EXPOSE 80 443/udp 8000-8002", "EXPOSE map[443/udp:{} 80/tcp:{} 8000/tcp:{} 8001/tcp:{} 8002/tcp:{}]")]
    [InlineData("HEALTHCHECK --interval=5s --timeout=3s --retries=2 CMD test -f /x", "HEALTHCHECK &{[\"CMD-SHELL\" \"test -f /x\"] \"5s\" \"3s\" \"0s\" \"0s\" '\\x02'}")]
    [InlineData("HEALTHCHECK NONE", "HEALTHCHECK &{[\"NONE\"] \"0s\" \"0s\" \"0s\" \"0s\" '\\x00'}")]
    [InlineData("MAINTAINER me <m@x>\nLABEL maintainer=me", "MAINTAINER me <m@x>", "LABEL maintainer=me")]
    [InlineData("RUN <<EOF\necho one\necho two\nEOF", "RUN /bin/sh -c echo one\necho two\n # buildkit")]
    [InlineData("RUN <<EOF sh -e\necho piped\nEOF", "RUN /bin/sh -c <<EOF sh -e\necho piped\nEOF # buildkit")]
    [InlineData("RUN cat <<A <<B > /both\nfirst\nA\nsecond\nB", "RUN /bin/sh -c cat <<A <<B > /both\nfirst\nA\nsecond\nB # buildkit")]
    [InlineData("RUN <<EOF\n#!/bin/sh -e\necho\nEOF", "RUN /bin/sh -c /dev/pipes/EOF # buildkit")]
    [InlineData("ONBUILD RUN a\nSHELL [\"/bin/sh\",\"-ec\"]\nRUN b", "SHELL [/bin/sh -ec]", "RUN /bin/sh -ec b # buildkit")]
    [InlineData("COPY --link a.txt /linked/a", "COPY a.txt /linked/a # buildkit")]
    [InlineData("COPY --chown=1:2 --chmod=750 a b /c/", "COPY --chown=1:2 --chmod=750 a b /c/ # buildkit")]
    [InlineData("VOLUME /data [\"/v1\"]\nUSER 1000:100\nSTOPSIGNAL SIGQUIT", "VOLUME [/data [/v1]]", "USER 1000:100", "STOPSIGNAL SIGQUIT")]
    [InlineData("WORKDIR /srv\nWORKDIR sub", "WORKDIR /srv", "WORKDIR /srv/sub")]
    [InlineData("CMD echo shell\nENTRYPOINT exec form", "CMD [\"/bin/sh\" \"-c\" \"echo shell\"]", "ENTRYPOINT [\"/bin/sh\" \"-c\" \"exec form\"]")]
    public async Task Each_instruction_is_told_in_Docker_s_words(string instructions, params string[] said)
    {
        var plan = await PlanAsync("FROM scratch\n" + instructions + "\n");
        Assert.Equal(said, plan.History.Select(entry => entry.CreatedBy));
        Assert.All(plan.History, entry => Assert.Equal(("buildkit.dockerfile.v0", null), (entry.Comment, entry.Author)));
    }

    [Fact]
    public async Task Only_a_command_notes_that_its_words_are_apart()
    {
        Assert.False((await PlanAsync("FROM scratch\nENTRYPOINT [\"x\"]\n")).Config.ArgsEscaped);
        Assert.True((await PlanAsync("FROM scratch\nCMD [\"x\"]\n")).Config.ArgsEscaped);
    }

    public void Dispose() => _stage.Dispose();

    private Task<StagePlan> PlanAsync(string dockerfile) => _stage.PlanAsync(new() { Dockerfile = dockerfile });
}
