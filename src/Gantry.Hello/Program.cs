namespace Gantry.Hello;

/// <summary>What <c>gantry run gantry/hello</c> prints: proof that every part of the installation works.</summary>
internal static class Program
{
    private const string Message = """

        Hello from Gantry!
        This message shows that Gantry works here: a container ran, with its own
        root, processes, users' names and network, and this program was all it held.

        What happened:
         1. The gantry command asked the gantryd daemon for a container of "gantry/hello".
         2. The daemon unpacked the image and mounted it as the container's root.
         3. gantry-runtime isolated a process in it and ran this program.
         4. Its output came back through the daemon to your terminal.

        Try next:
         gantry images                               what is here
         gantry ps -a                                the container that just ran
         gantry run -it debian sh                    a shell in a Debian system, from a registry

        """;

    private static void Main() => Console.Out.Write(Message);
}
