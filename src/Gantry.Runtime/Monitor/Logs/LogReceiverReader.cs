using Gantry.Spec.Runtime.Reading;

namespace Gantry.Runtime.Monitor.Logs;

/// <summary>Reads <c>logReceiver</c> of monitor.json.</summary>
internal static class LogReceiverReader
{
    public static LogReceiver? Read(ref SpecReader reader)
    {
        if (!reader.BeginObject())
        {
            return null;
        }

        var receiver = new LogReceiver { Transport = string.Empty };
        while (reader.NextProperty())
        {
            receiver = ReadProperty(ref reader, receiver);
        }

        return receiver.Transport.Length > 0 ? receiver : throw reader.Missing("logReceiver.transport");
    }

    private static LogReceiver ReadProperty(ref SpecReader reader, LogReceiver receiver)
    {
        switch (reader.Name())
        {
            case "transport":
                return receiver with { Transport = reader.String() ?? string.Empty };
            case "host":
                return receiver with { Host = reader.String() ?? string.Empty };
            case "port":
                return receiver with { Port = reader.Int32() ?? 0 };
            case "path":
                return receiver with { Path = reader.String() ?? string.Empty };
            case "authorityFile":
                return receiver with { AuthorityFile = reader.String() ?? string.Empty };
            case "certificateFile":
                return receiver with { CertificateFile = reader.String() ?? string.Empty };
            case "keyFile":
                return receiver with { KeyFile = reader.String() ?? string.Empty };
            case "skipVerify":
                return receiver with { SkipVerify = reader.Bool() ?? false };
            case "tag":
                return receiver with { Tag = reader.String() ?? string.Empty };
            case "hostName":
                return receiver with { HostName = reader.String() ?? string.Empty };
            case "fields":
                return receiver with { Fields = reader.Map() };
            default:
                return ReadManner(ref reader, receiver);
        }
    }

    private static LogReceiver ReadManner(ref SpecReader reader, LogReceiver receiver)
    {
        switch (reader.Name())
        {
            case "format":
                return receiver with { Format = reader.String() ?? string.Empty };
            case "facility":
                return receiver with { Facility = reader.Int32() ?? 0 };
            case "compressionLevel":
                return receiver with { CompressionLevel = reader.Int32() ?? receiver.CompressionLevel };
            case "subSeconds":
                return receiver with { SubSeconds = reader.Bool() ?? false };
            case "acknowledged":
                return receiver with { Acknowledged = reader.Bool() ?? false };
            case "nonBlocking":
                return receiver with { NonBlocking = reader.Bool() ?? false };
            case "dropsWhileAway":
                return receiver with { DropsWhileAway = reader.Bool() ?? false };
            case "startsWhileAway":
                return receiver with { StartsWhileAway = reader.Bool() ?? false };
            case "bufferLimit":
                return receiver with { BufferLimit = reader.Int64() ?? receiver.BufferLimit };
            case "retryWait":
                return receiver with { RetryWait = reader.Int64() ?? receiver.RetryWait };
            case "maxRetries":
                return receiver with { MaxRetries = reader.Int64() ?? receiver.MaxRetries };
            case "timeout":
                return receiver with { Timeout = reader.Int64() ?? 0 };
            default:
                reader.Skip();
                return receiver;
        }
    }
}
