using Gantry.Compose.Nodes;
using Gantry.Compose.Normalizing;

namespace Gantry.Compose.Loading;

/// <summary>What the schema cannot say of a tree in its long forms.</summary>
internal static class DefinitionChecks
{
    /// <exception cref="ComposeException">Keys exclude each other, or one is missing.</exception>
    public static void Check(MappingNode model)
    {
        foreach (var (name, volume) in LongForms.Mappings(model, "volumes"))
        {
            if (volume["external"] is ScalarNode { Value: not null } external && Binding.Scalars.IsTrue(external.ToString())
                && volume.Keys.FirstOrDefault(key => key is not ("name" or "external") && !key.StartsWith("x-", StringComparison.Ordinal)) is { } other)
            {
                throw new ComposeException($"volumes.{name}: an external volume exists already, so {other} cannot be set; remove it or external", volume.KeyOrigin(other));
            }
        }

        CheckSources(model, "configs", "file", "environment", "content");
        CheckSources(model, "secrets", "file", "environment");
        foreach (var (name, service) in LongForms.Mappings(model, "services"))
        {
            var reservations = ((service["deploy"] as MappingNode)?["resources"] as MappingNode)?["reservations"] as MappingNode;
            var requests = LongForms.Items(service, "gpus").Concat(reservations is null ? [] : LongForms.Items(reservations, "devices"));
            if (requests.FirstOrDefault(request => request.Contains("count") && request.Contains("device_ids")) is { } both)
            {
                throw new ComposeException($"services.{name}: count and device_ids exclude each other; keep one", both.KeyOrigin("device_ids"));
            }

            foreach (var rule in service["develop"] is MappingNode develop ? LongForms.Items(develop, "watch") : [])
            {
                if (rule["path"] is ScalarNode { Value: "" } path)
                {
                    throw new ComposeException($"services.{name}.develop.watch.path: it is empty; name a file or directory", path.Origin);
                }
            }
        }
    }

    private static void CheckSources(MappingNode model, string section, params string[] sources)
    {
        foreach (var (name, definition) in LongForms.Mappings(model, section))
        {
            var given = sources.Where(definition.Contains).ToArray();
            if (given.Length > 1)
            {
                throw new ComposeException($"{section}.{name}: {string.Join(" and ", given)} exclude each other; keep one", definition.KeyOrigin(given[1]));
            }

            if (given.Length == 0 && !definition.Contains("driver") && !definition.Contains("external"))
            {
                throw new ComposeException($"{section}.{name}: one of {string.Join(", ", sources)} or external must be set", definition.Origin.IsImplied ? ((MappingNode)model[section]!).KeyOrigin(name) : definition.Origin);
            }
        }
    }
}
