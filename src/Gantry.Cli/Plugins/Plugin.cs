using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Plugins;

/// <summary>A program <c>docker-NAME</c> that adds a command, in Docker's protocol (docker/cli, <c>cli-plugins</c>).</summary>
/// <param name="Name">Of its command.</param>
/// <param name="Path">Of the program.</param>
/// <param name="Version">As it tells it.</param>
/// <param name="Vendor">As it tells it.</param>
/// <param name="Summary">What it says in help.</param>
internal sealed record Plugin(string Name, string Path, string Version, string Vendor, string Summary)
{
    /// <summary>The argument to which a plug-in answers with what it is.</summary>
    public const string MetadataCommand = "docker-cli-plugin-metadata";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="CommandLineException">The program is none.</exception>
    public static Plugin Ask(string name, string path)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(path) { ArgumentList = { MetadataCommand }, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardInput.Close();
            _ = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill();
                throw Wrong(path, $"it does not say what it is within {Patience.TotalSeconds:0} seconds");
            }

            if (process.ExitCode != 0) throw Wrong(path, $"asked what it is, it exits with {process.ExitCode}");
            using var answer = JsonDocument.Parse(output.GetAwaiter().GetResult());
            return Of(name, path, answer.RootElement);
        }
        catch (Exception e) when (e is Win32Exception or JsonException)
        {
            throw Wrong(path, e.Message);
        }
    }

    private static Plugin Of(string name, string path, JsonElement answer)
    {
        // 0.1 with any third number.
        if (answer.Text("SchemaVersion").Split('.') is not ["0", "1", ..]) throw Wrong(path, $"plugin SchemaVersion {OptionValues.Quote(answer.Text("SchemaVersion"))} is not valid, must be 0.1.0");
        if (answer.Text("Vendor").Length == 0) throw Wrong(path, "plugin metadata does not define a vendor");
        return new Plugin(name, path, answer.Text("Version"), answer.Text("Vendor"), answer.Text("ShortDescription"));
    }

    private static CommandLineException Wrong(string path, string why) => new($"{path} is no plug-in: {why}");
}
