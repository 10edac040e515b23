using Gantry.Server.BuildKit.Wire;
using Gantry.Spec.Build;

namespace Gantry.Server.BuildKit.Control;

/// <summary>
/// Steps of a client's own (<c>pb.Definition</c> of BuildKit's solver) that come down to a context from an address: a git repository, a
/// directory of one, an archive that is unpacked, or one file. A bake file at an address is read and built from by these.
/// </summary>
/// <param name="Address">As a remote context has it.</param>
/// <param name="IsFile">What the address leads to is taken as one file, <c>context</c>, whatever is in it.</param>
internal sealed record RemoteDefinition(string Address, bool IsFile)
{
    private const string Git = "git://";
    private const string FileName = "context";
    private const long None = -1;

    /// <summary>Null for steps that do anything else.</summary>
    public static RemoteDefinition? Find(ReadOnlySpan<byte> definition)
    {
        RemoteDefinition? found = null;
        (string From, bool Unpacks)? copy = null;
        var reader = new ProtoReader(definition);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            var step = new ProtoReader(reader.Bytes());
            while (step.Next())
            {
                switch (step.Field)
                {
                    case 3 when found is null && Source(step.Bytes()) is { } source:
                        found = source;
                        break;
                    case 4 when copy is null && Copy(step.Bytes()) is { } only:
                        copy = only;
                        break;
                    case 2 or 3 or 4 or 5 or 6 or 7:
                        return null;
                    default:
                        step.Skip();
                        break;
                }
            }
        }

        return (found, copy) switch
        {
            (null, _) or (_, null) => found,
            ({ IsFile: true }, { Unpacks: true, From: FileName or "/" + FileName }) => found with { IsFile = false },
            ({ IsFile: false }, { Unpacks: false, From: var directory }) => found with { Address = Below(found.Address, directory) },
            _ => null,
        };
    }

    /// <summary>A directory of what is at the address of a git repository.</summary>
    public static string Below(string address, string directory)
    {
        var (place, fragment) = address.Split('#', 2) is [var left, var right] ? (left, right) : (address, "");
        var (reference, above) = fragment.Split(':', 2) is [var name, var own] ? (name, own) : (fragment, "");
        var path = Path.GetFullPath($"/{above}/{directory}").Trim('/');
        return path.Length == 0 ? address : $"{place}#{reference}:{path}";
    }

    private static RemoteDefinition? Source(ReadOnlySpan<byte> message)
    {
        var (identifier, attributes) = ProtoReader.TextAndMap(message);
        return identifier.StartsWith(Git, StringComparison.Ordinal) && attributes.All(IsOfRepository) ? new(Repository(identifier, attributes), IsFile: false)
            : ContextAddress.IsWeb(identifier) && attributes.Count == 1 && attributes.GetValueOrDefault("http.filename") == FileName ? new(identifier, IsFile: true)
            : null;
    }

    /// <summary>What is said of a repository that is so here, or is looked at: anything else, as a checksum, is not passed over.</summary>
    private static bool IsOfRepository(KeyValuePair<string, string> attribute) => attribute switch
    {
        { Key: "git.fullurl" or "git.keepgitdir" or "git.knownsshhosts" } => true,
        { Key: "git.authtokensecret", Value: "GIT_AUTH_TOKEN" } or { Key: "git.authheadersecret", Value: "GIT_AUTH_HEADER" } or { Key: "git.mountsshsock", Value: "default" } => true,
        _ => false,
    };

    /// <summary>The identifier has the fragment, an attribute the whole address.</summary>
    private static string Repository(string identifier, Dictionary<string, string> attributes)
    {
        var (place, fragment) = identifier.Split('#', 2) is [var left, var right] ? (left, "#" + right) : (identifier, "");
        var whole = attributes.GetValueOrDefault("git.fullurl") ?? place;
        if (ContextAddress.IsWeb(whole) && !whole.EndsWith(".git", StringComparison.Ordinal))
        {
            whole += ".git";
        }

        return whole + (attributes.GetValueOrDefault("git.keepgitdir") == "true" ? "?keep-git-dir=true" : "") + fragment;
    }

    /// <summary>Of a step that does no more than copy into the root of something empty, what it copies; null for any other.</summary>
    private static (string From, bool Unpacks)? Copy(ReadOnlySpan<byte> message)
    {
        (string, bool)? found = null;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field != 2)
            {
                reader.Skip();
                continue;
            }

            if (found is not null || Action(reader.Bytes()) is not { } only)
            {
                return null;
            }

            found = only;
        }

        return found;
    }

    private static (string From, bool Unpacks)? Action(ReadOnlySpan<byte> message)
    {
        var (isOntoNothing, copy) = (false, ((string, bool)?)null);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    isOntoNothing = reader.Integer() == None;
                    break;
                case 4:
                    copy = ToRoot(reader.Bytes());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return isOntoNothing ? copy : null;
    }

    private static (string From, bool Unpacks)? ToRoot(ReadOnlySpan<byte> message)
    {
        var (from, to, isContent, unpacks) = ("", "", false, false);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    from = reader.Text();
                    break;
                case 2:
                    to = reader.Text();
                    break;
                case 6:
                    isContent = reader.Flag();
                    break;
                case 7:
                    unpacks = reader.Flag();
                    break;
                // The mode and the time that files get.
                case 4 or 11 when reader.Integer() != None:
                    return null;
                case 4 or 11:
                    break;
                // Their owner, and which they are.
                case 3 or 12 or 13:
                    return null;
                default:
                    reader.Skip();
                    break;
            }
        }

        return to == "/" && (isContent || unpacks) && from.IndexOfAny(['*', '?', '[', '\\']) < 0 ? (from, unpacks) : null;
    }
}
