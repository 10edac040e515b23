using Gantry.Server;
using Gantry.Server.Configuration;
using Gantry.Spec;

try
{
    if (args is ["--help" or "-h", ..])
    {
        Console.Out.Write(CommandLine.Help());
        return 0;
    }

    if (args is ["--version" or "-v", ..])
    {
        Console.Out.WriteLine($"Gantry version {Product.Version}");
        return 0;
    }

    var options = CommandLine.Parse(args);
    if (options.Validate)
    {
        Console.Out.WriteLine("configuration OK");
        return 0;
    }

    await Daemon.RunAsync(options, args);
    return 0;
}
catch (GantryException failure)
{
    await Console.Error.WriteLineAsync($"gantryd: {failure.Message}");
    return 1;
}
