using System.Text;

namespace Gantry.Build.Linting;

/// <summary>A rule that Dockerfiles are held against. Names, descriptions and messages are BuildKit's.</summary>
public sealed record LintRule(string Name, string Description)
{
    /// <summary>It holds only where it is asked for.</summary>
    public bool IsExperimental { get; init; }

    /// <summary>It is explained somewhere.</summary>
    public bool HasPage { get; init; } = true;

    /// <summary>Where; empty for nowhere.</summary>
    public string Url
    {
        get
        {
            if (!HasPage)
            {
                return "";
            }

            var path = new StringBuilder();
            for (var i = 0; i < Name.Length; i++)
            {
                var beginsWord = i > 0 && char.IsAsciiLetterUpper(Name[i]) && (char.IsAsciiLetterLower(Name[i - 1]) || (i + 1 < Name.Length && char.IsAsciiLetterLower(Name[i + 1])));
                path.Append(beginsWord ? "-" : "").Append(char.ToLowerInvariant(Name[i]));
            }

            return $"https://docs.docker.com/go/dockerfile/rule/{path}/";
        }
    }
}
