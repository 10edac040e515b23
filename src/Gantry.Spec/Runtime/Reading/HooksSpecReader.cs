namespace Gantry.Spec.Runtime.Reading;

internal static class HooksSpecReader
{
    public static HooksSpec? Read(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var hooks = new HooksSpec();
        while (reader.NextProperty())
        {
            hooks = reader.Is("prestart"u8) ? hooks with { Prestart = ReadList(ref reader, "prestart") }
                : reader.Is("createRuntime"u8) ? hooks with { CreateRuntime = ReadList(ref reader, "createRuntime") }
                : reader.Is("createContainer"u8) ? hooks with { CreateContainer = ReadList(ref reader, "createContainer") }
                : reader.Is("startContainer"u8) ? hooks with { StartContainer = ReadList(ref reader, "startContainer") }
                : reader.Is("poststart"u8) ? hooks with { Poststart = ReadList(ref reader, "poststart") }
                : reader.Is("poststop"u8) ? hooks with { Poststop = ReadList(ref reader, "poststop") }
                : Skip(ref reader, hooks);
        }

        return hooks;
    }

    private static HooksSpec Skip(ref SpecReader reader, HooksSpec hooks)
    {
        reader.Skip();
        return hooks;
    }

    private static List<HookSpec>? ReadList(ref SpecReader reader, string kind)
    {
        if (!reader.BeginArray())
        {
            return null;
        }

        List<HookSpec> list = [];
        while (reader.NextElement())
        {
            if (!reader.BeginObject())
            {
                continue;
            }

            var hook = new HookSpec { Path = string.Empty };
            while (reader.NextProperty())
            {
                if (reader.Is("path"u8))
                {
                    hook = hook with { Path = reader.String() ?? string.Empty };
                }
                else if (reader.Is("args"u8))
                {
                    hook = hook with { Args = reader.Strings() };
                }
                else if (reader.Is("env"u8))
                {
                    hook = hook with { Env = reader.Strings() };
                }
                else if (reader.Is("timeout"u8))
                {
                    hook = hook with { Timeout = reader.Int32() };
                }
                else
                {
                    reader.Skip();
                }
            }

            list.Add(hook.Path.Length > 0 ? hook : throw reader.Missing($"hooks.{kind}[{list.Count}].path"));
        }

        return list;
    }
}
