using System.Text.Json;
using Gantry.Cli.Lists;

namespace Gantry.Tests.Cli;

/// <summary>What Docker's command line 28.2 draws of the same answer.</summary>
public sealed class ImageTreeTests
{
    private const string Ones = "1111111111111111111111111111111111111111111111111111111111111111";
    private const string Images = $$"""
        [{"Id":"sha256:{{Ones}}","Created":3000,"Containers":0,"RepoTags":["127.0.0.1:5000/a/long/name/of/an/image:latest","b:1"],"Size":1234567,"Manifests":[
           {"ID":"sha256:919191919191","Available":true,"Kind":"image","Size":{"Content":1000000,"Total":3000000},"ImageData":{"Platform":{"os":"linux","architecture":"amd64"},"Containers":["x"]} },
           {"ID":"sha256:131313131313","Available":false,"Kind":"image","Size":{"Content":0,"Total":0},"ImageData":{"Platform":{"os":"linux","architecture":"arm64","variant":"v8"},"Containers":[]} },
           {"ID":"sha256:8c8c8c8c8c8c","Available":true,"Kind":"image","Size":{"Content":500,"Total":1500},"ImageData":{"Platform":{"os":"linux","architecture":"arm","variant":"v7"} } },
           {"ID":"sha256:777777777777","Available":true,"Kind":"attestation","Size":{"Content":700,"Total":700},"AttestationData":{"For":"x"} }]},
         {"Id":"sha256:2222222222222222","Created":1000,"Containers":1,"RepoTags":[],"Size":123,"Manifests":[]}]
        """;

    [Fact]
    public void On_a_pipe() => Assert.Equal("""
        WARNING: This is an experimental feature. The output may change and shouldn't be depended on.
                                                                      Info ->  U In Use 

        IMAGE                           ID             DISK USAGE   CONTENT SIZE   EXTRA
        127.0.0.1:5000/a/long/name/of/an/image:latest
        b:1                             111111111111       1.23MB            1MB   U    
        ├─ linux/amd64                  919191919191          3MB            1MB   U    
        ├─ linux/arm64/v8               131313131313           0B             0B        
        └─ linux/arm/v7                 8c8c8c8c8c8c        1.5kB           500B        

        <untagged>                      222222222222         123B             0B   U    


        """, Draw(Images, 80, false));

    [Fact]
    public void On_a_narrow_terminal_columns_go_and_names_are_cut()
    {
        var one = Images.Replace(",\"b:1\"", "", StringComparison.Ordinal).Replace("\"Manifests\"", "\"None\"", StringComparison.Ordinal);
        var lines = Draw(one, 60, true).Split('\n');
        Assert.Equal("\e[39m\e[1mIMAGE\e[0m               \e[39m\e[1mID\e[0m             \e[39m\e[1mDISK USAGE\e[0m   \e[39m\e[1mCONTENT SIZE\e[0m", lines[3]);
        Assert.StartsWith("\e[34m\e[1m127.0.0.1:5000/a…\e[0m   \e[39m111111111111\e[0m", lines[4], StringComparison.Ordinal);
        Assert.StartsWith("\e[39m\e[2m<untagged>\e[0m", lines[5], StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_what_is_not_here_is_faint_and_what_is_in_use_has_a_mark()
    {
        var lines = Draw(Images, 100, true).Split('\n');
        Assert.Equal(new string(' ', 79) + "\e[1m\e[106m\e[30mi\e[0m\e[0m \e[96mInfo → \e[0m\e[0m \e[38;5;0m\e[48;5;14m U \e[0m In Use ", lines[1]);
        Assert.EndsWith("\e[39m1MB\e[0m   \e[38;5;0m\e[48;5;14m U \e[0m  ", lines[6], StringComparison.Ordinal);
        Assert.StartsWith("\e[39m\e[2m├─ linux/arm64/v8\e[0m", lines[7], StringComparison.Ordinal);
    }

    private static string Draw(string images, int width, bool coloured) => new ImageTree([.. JsonDocument.Parse(images).RootElement.EnumerateArray()], width, coloured).Draw();
}
