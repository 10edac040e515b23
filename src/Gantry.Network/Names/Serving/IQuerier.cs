namespace Gantry.Network.Names.Serving;

/// <summary>Who asked, and waits for the answer.</summary>
internal interface IQuerier
{
    /// <summary>Over TCP answers of any size arrive, and large ones should be asked for over TCP.</summary>
    bool IsStream { get; }

    /// <summary>Sends the answer; one who does not wait any more gets nothing.</summary>
    void Reply(ReadOnlySpan<byte> answer);
}
