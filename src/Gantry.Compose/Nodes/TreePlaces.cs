namespace Gantry.Compose.Nodes;

internal static class TreePlaces
{
    /// <summary>Where the last of the keys stands, or the nearest one above it that was written.</summary>
    public static Origin At(MappingNode tree, params ReadOnlySpan<string> keys)
    {
        var place = tree.Origin;
        Node? node = tree;
        foreach (var key in keys)
        {
            if (node is not MappingNode mapping || !mapping.Contains(key))
            {
                break;
            }

            var at = mapping.KeyOrigin(key);
            place = at.IsImplied ? place : at;
            node = mapping[key];
        }

        return place;
    }
}
