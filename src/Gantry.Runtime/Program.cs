namespace Gantry.Runtime;

internal static class Program
{
    private static int Main() => 0;
}
