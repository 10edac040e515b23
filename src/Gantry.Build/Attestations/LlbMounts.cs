using System.Text.Json.Nodes;
using Gantry.Build.Steps;

namespace Gantry.Build.Attestations;

/// <summary>The mounts of programs, as JSON of LLB's (<c>pb.Mount</c>).</summary>
internal static class LlbMounts
{
    private const int Thrown = -1;

    /// <param name="output">What it is of the operation's result; by default none.</param>
    public static JsonObject Bind(int input, string target, string path, bool readOnly, int output = Thrown)
    {
        var json = new JsonObject();
        LlbOperations.AddNumber(json, "input", input);
        LlbOperations.AddText(json, "selector", path);
        json["dest"] = target;
        LlbOperations.AddNumber(json, "output", output);
        if (readOnly)
        {
            json["readonly"] = true;
        }

        return json;
    }

    /// <param name="input">Gives the number of what it shows.</param>
    /// <returns>Null for a secret that is no file.</returns>
    public static JsonObject? Of(RunMount mount, Func<CopySource, int> input) => mount switch
    {
        BindMount bind => Bind(input(bind.From), bind.Target, bind.Path, bind.ReadOnly),
        CacheMount cache => Cache(cache, cache.From is { } from ? input(new StepSource(from)) : LlbInputs.Nothing),
        TmpfsMount tmpfs => Special(tmpfs, 4, "TmpfsOpt", Sized(tmpfs.Size)),
        SecretMount { AsFile: true } secret => Special(secret, 1, "secretOpt", Owned(secret.Id, secret.Required, secret.Mode, secret.Uid, secret.Gid)),
        AgentMount agent => Special(agent, 2, "SSHOpt", Owned(agent.Id, agent.Required, agent.Mode, agent.Uid, agent.Gid)),
        _ => null,
    };

    public static JsonObject Variable(SecretMount secret)
    {
        var json = new JsonObject { ["ID"] = secret.Id, ["name"] = secret.Variable };
        if (!secret.Required)
        {
            json["optional"] = true;
        }

        return json;
    }

    private static JsonObject Cache(CacheMount cache, int input)
    {
        var options = new JsonObject { ["ID"] = cache.Id };
        LlbOperations.AddNumber(options, "sharing", cache.Sharing switch { "private" => 1, "locked" => 2, _ => 0 });
        var json = Bind(input, cache.Target, cache.Path, cache.ReadOnly);
        json["mountType"] = 3;
        json["cacheOpt"] = options;
        return json;
    }

    private static JsonObject Special(RunMount mount, int type, string name, JsonObject options)
    {
        var json = Bind(LlbInputs.Nothing, mount.Target, path: "", mount.ReadOnly);
        json["mountType"] = type;
        json[name] = options;
        return json;
    }

    private static JsonObject Sized(long size)
    {
        var json = new JsonObject();
        LlbOperations.AddNumber(json, "size", size);
        return json;
    }

    private static JsonObject Owned(string id, bool required, uint mode, uint uid, uint gid)
    {
        var json = new JsonObject { ["ID"] = id };
        LlbOperations.AddNumber(json, "uid", uid);
        LlbOperations.AddNumber(json, "gid", gid);
        json["mode"] = mode;
        if (!required)
        {
            json["optional"] = true;
        }

        return json;
    }
}
