namespace Gantry.Engine.Networks;

/// <summary><c>container[:alias]</c>.</summary>
internal readonly record struct ContainerLink(string Container, string Alias)
{
    public static bool TryParse(string text, out ContainerLink link)
    {
        // Inspect shows /container:/own/alias, and what it shows may be given.
        var parts = text.Split(':');
        var container = parts[0].TrimStart('/');
        var alias = parts.Length > 1 ? parts[1][(parts[1].LastIndexOf('/') + 1)..] : container;
        link = new(container, alias);
        return parts.Length <= 2 && container.Length > 0 && alias.Length > 0;
    }
}
