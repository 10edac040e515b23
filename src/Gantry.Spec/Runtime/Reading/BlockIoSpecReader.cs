namespace Gantry.Spec.Runtime.Reading;

internal static class BlockIoSpecReader
{
    public static BlockIoSpec? Read(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new BlockIoSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("weight"u8))
            {
                result = result with { Weight = reader.UInt16() };
            }
            else if (reader.Is("leafWeight"u8))
            {
                result = result with { LeafWeight = reader.UInt16() };
            }
            else if (reader.Is("weightDevice"u8))
            {
                result = result with { WeightDevice = ReadWeights(ref reader) };
            }
            else if (reader.Is("throttleReadBpsDevice"u8))
            {
                result = result with { ThrottleReadBpsDevice = ReadThrottles(ref reader) };
            }
            else if (reader.Is("throttleWriteBpsDevice"u8))
            {
                result = result with { ThrottleWriteBpsDevice = ReadThrottles(ref reader) };
            }
            else if (reader.Is("throttleReadIOPSDevice"u8))
            {
                result = result with { ThrottleReadIopsDevice = ReadThrottles(ref reader) };
            }
            else if (reader.Is("throttleWriteIOPSDevice"u8))
            {
                result = result with { ThrottleWriteIopsDevice = ReadThrottles(ref reader) };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static List<WeightDeviceSpec>? ReadWeights(ref SpecReader reader)
    {
        if (!reader.BeginArray())
        {
            return null;
        }

        List<WeightDeviceSpec> list = [];
        while (reader.NextElement())
        {
            if (ReadWeight(ref reader) is { } element)
            {
                list.Add(element);
            }
        }

        return list;
    }

    private static WeightDeviceSpec? ReadWeight(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new WeightDeviceSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("major"u8))
            {
                result = result with { Major = reader.Int64() ?? 0 };
            }
            else if (reader.Is("minor"u8))
            {
                result = result with { Minor = reader.Int64() ?? 0 };
            }
            else if (reader.Is("weight"u8))
            {
                result = result with { Weight = reader.UInt16() };
            }
            else if (reader.Is("leafWeight"u8))
            {
                result = result with { LeafWeight = reader.UInt16() };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }

    private static List<ThrottleDeviceSpec>? ReadThrottles(ref SpecReader reader)
    {
        if (!reader.BeginArray())
        {
            return null;
        }

        List<ThrottleDeviceSpec> list = [];
        while (reader.NextElement())
        {
            if (ReadThrottle(ref reader) is { } element)
            {
                list.Add(element);
            }
        }

        return list;
    }

    private static ThrottleDeviceSpec? ReadThrottle(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var result = new ThrottleDeviceSpec();
        while (reader.NextProperty())
        {
            if (reader.Is("major"u8))
            {
                result = result with { Major = reader.Int64() ?? 0 };
            }
            else if (reader.Is("minor"u8))
            {
                result = result with { Minor = reader.Int64() ?? 0 };
            }
            else if (reader.Is("rate"u8))
            {
                result = result with { Rate = reader.UInt64() ?? 0 };
            }
            else
            {
                reader.Skip();
            }
        }

        return result;
    }
}
