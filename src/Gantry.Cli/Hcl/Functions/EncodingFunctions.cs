using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gantry.Cli.Run;

namespace Gantry.Cli.Hcl.Functions;

/// <summary>Functions that write values in other ways: hashes, base64, JSON, CSV, addresses and UUIDs.</summary>
internal static class EncodingFunctions
{
    [SuppressMessage("Security", "CA5350", Justification = "A function of the file's author, whatever it is for.")]
    [SuppressMessage("Security", "CA5351", Justification = "A function of the file's author, whatever it is for.")]
    public static HclFunction? Find(string name) => name switch
    {
        "base64decode" => new(1, 1, Decode),
        "base64encode" => Of(Convert.ToBase64String),
        "csvdecode" => new(1, 1, Table),
        "jsondecode" => new(1, 1, Json),
        "jsonencode" => new(1, 1, call => HclValue.Of(HclJsonText.Of(call.Value(0)))),
        "md5" => Of(bytes => Convert.ToHexStringLower(MD5.HashData(bytes))),
        "sha1" => Of(bytes => Convert.ToHexStringLower(SHA1.HashData(bytes))),
        "sha256" => Of(bytes => Convert.ToHexStringLower(SHA256.HashData(bytes))),
        "sha512" => Of(bytes => Convert.ToHexStringLower(SHA512.HashData(bytes))),
        "urlencode" => new(1, 1, call => HclValue.Of(WebUtility.UrlEncode(call.Text(0)))),
        "uuidv4" => new(0, 0, _ => HclValue.Of(Guid.NewGuid().ToString())),
        "uuidv5" => new(2, 2, NamedUuid),
        _ => null,
    };

    private static HclFunction Of(Func<byte[], string> of) => new(1, 1, call => HclValue.Of(of(Encoding.UTF8.GetBytes(call.Text(0)))));

    private static HclValue Decode(HclCall call)
    {
        try
        {
            return HclValue.Of(Encoding.UTF8.GetString(Convert.FromBase64String(call.Text(0))));
        }
        catch (FormatException)
        {
            throw call.Wrong(0, "is not base64");
        }
    }

    private static HclValue Json(HclCall call)
    {
        try
        {
            return HclJsonText.Parse(call.Text(0));
        }
        catch (JsonException)
        {
            throw call.Wrong(0, "is not JSON");
        }
    }

    private static HclValue Table(HclCall call)
    {
        var lines = call.Text(0).ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Csv.Split).ToList();
        if (lines.Count == 0) throw call.Wrong(0, "must begin with a line of names");
        if (lines.Find(line => line.Count != lines[0].Count) is { } wrong) throw call.Wrong(0, $"has a line of {wrong.Count} fields under {lines[0].Count} names");
        return HclValue.Of(lines.Skip(1).Select(line => HclValue.Of(lines[0].Zip(line, (name, field) => KeyValuePair.Create(name, HclValue.Of(field))))));
    }

    // RFC 9562, section 5.5.
    [SuppressMessage("Security", "CA5350", Justification = "What version 5 is made of.")]
    private static HclValue NamedUuid(HclCall call)
    {
        var space = call.Text(0) switch
        {
            "dns" => "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "url" => "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
            "oid" => "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
            "x500" => "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
            var other => other,
        };
        if (!Guid.TryParse(space, out var guid)) throw call.Wrong(0, $"must be dns, url, oid, x500 or a UUID, not {space}");
        var hash = SHA1.HashData([.. guid.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(call.Text(1))]);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return HclValue.Of(new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString());
    }
}
