using Gantry.Cli.CommandLine;
using Gantry.Cli.Contexts;
using Gantry.Cli.Hosts;
using Gantry.Cli.Terminals;

namespace Gantry.Cli.Commands;

internal static class ContextExportCommand
{
    public static ValueTask<int> RunAsync(Invocation call)
    {
        var (name, store) = (call.Arguments[0], call.Session.Contexts);
        var file = call.Arguments.Count > 1 ? call.Arguments[1] : $"{name}.dockercontext";
        var (context, tls) = name == ContextStore.Default ? Unkept(call) : (store.Get(name), store.Tls(name));
        if (file == "-")
        {
            if (Terminal.OutputIsTerminal) throw new CommandLineException("cowardly refusing to export to a terminal, specify a file path");
            call.Out.Flush();
            ContextArchive.Write(call.Out.Standard, context, tls);
            return new(0);
        }

        try
        {
            using var target = PrivateFile.Create(file);
            ContextArchive.Write(target, context, tls);
        }
        catch (IOException) when (File.Exists(file))
        {
            throw new CommandLineException($"open {file}: file exists");
        }

        call.Out.ErrorLine($"Written file {OptionValues.Quote(file)}");
        return new(0);
    }

    private static (StoredContext, SortedDictionary<string, SortedDictionary<string, byte[]>>) Unkept(Invocation call)
    {
        var endpoint = call.Session.Context.Endpoint(ContextStore.Default);
        var tls = new SortedDictionary<string, SortedDictionary<string, byte[]>>(StringComparer.Ordinal);
        if (endpoint.Files.Count > 0) tls[StoredContext.Docker] = new(endpoint.Files.ToDictionary(), StringComparer.Ordinal);
        return (StoredContext.Create(ContextStore.Default, "", endpoint.Host, endpoint.SkipVerify), tls);
    }
}

internal static class ContextImportCommand
{
    public static ValueTask<int> RunAsync(Invocation call)
    {
        var (name, file, store) = (call.Arguments[0], call.Arguments[1], call.Session.Contexts);
        store.CheckNew(name);
        var (context, tls) = ContextArchive.Read(file == "-" ? StandardStream.Input : new MemoryStream(Endpoint.ReadFile(file)));
        store.Put(context with { Name = name });
        foreach (var (endpoint, files) in tls) store.PutTls(name, endpoint, files);
        call.Out.Line(name);
        call.Out.ErrorLine($"Successfully imported context {OptionValues.Quote(name)}");
        return new(0);
    }
}
