namespace Gantry.Runtime.Containers;

/// <summary>Numbers of devices as the kernel has them: 12 bits and 20 (makedev(3)); more would be those of another device.</summary>
internal static class DeviceNumbers
{
    private const int MostMajor = 0xFFF;
    private const int MostMinor = 0xFFFFF;

    public static void CheckMajor(long? number, string field, long least = 0) => Fields.Between(number, least, MostMajor, field, Meaning(least));

    public static void CheckMinor(long? number, string field, long least = 0) => Fields.Between(number, least, MostMinor, field, Meaning(least));

    private static string Meaning(long least) => least < 0 ? ", with -1 for all" : "";
}
