using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Gantry.Spec.Engine;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Writes a sequence as one JSON value a line, and sends what is ready before it waits for more.</summary>
internal static class JsonLines
{
    /// <summary>Sends the head at once, before the first item is there.</summary>
    public static async Task WriteAsync<T>(ApiRequest request, IAsyncEnumerable<T> items, JsonTypeInfo<T> type)
    {
        await using var enumerator = items.GetAsyncEnumerator(request.Aborted);
        var first = enumerator.MoveNextAsync().AsTask();
        // What is wrong with the question is an ordinary error answer.
        if (first.IsFaulted) await first.ConfigureAwait(false);
        await StartAsync(request.Http).ConfigureAwait(false);
        await CopyAsync(request, enumerator, new ValueTask<bool>(first), type).ConfigureAwait(false);
    }

    /// <summary>
    /// For progress of an operation: a failure before the first message is an ordinary error answer,
    /// a later one is the last line, since the status is out by then.
    /// </summary>
    /// <param name="request">To be answered.</param>
    /// <param name="messages">The progress.</param>
    /// <param name="alwaysWithin">Every failure is a line, as clients expect it of some operations.</param>
    /// <param name="isQuiet">The head comes with the first line: there are clients that read no further, and then it must be done.</param>
    public static async Task WriteProgressAsync(ApiRequest request, IAsyncEnumerable<ProgressMessage> messages, bool alwaysWithin = false, bool isQuiet = false)
    {
        var type = EngineJsonContext.Wire.ProgressMessage;
        await using var enumerator = messages.GetAsyncEnumerator(request.Aborted);
        var next = enumerator.MoveNextAsync().AsTask();
        if (!alwaysWithin)
        {
            await next.ConfigureAwait(false);
        }
        else if (isQuiet)
        {
            await Task.WhenAny(next).ConfigureAwait(false);
        }

        await StartAsync(request.Http).ConfigureAwait(false);
        try
        {
            await CopyAsync(request, enumerator, new ValueTask<bool>(next), type).ConfigureAwait(false);
        }
        catch (Exception failure) when (!request.Aborted.IsCancellationRequested)
        {
            var code = ErrorMapping.StatusOf(failure);
            JsonAnswer.Write(request.Http.Response.BodyWriter, ProgressMessage.Failure(failure.Message, code == 401 ? code : 0), type);
            await request.Http.Response.BodyWriter.FlushAsync(request.Aborted).ConfigureAwait(false);
        }
    }

    /// <summary>What some work sends while it goes on; it ends when the work does, and the work ends with the reader.</summary>
    public static async IAsyncEnumerable<T> MessagesAsync<T>(Func<Action<T>, Task> work)
    {
        var channel = Channel.CreateUnbounded<T>(new() { SingleReader = true });
        var working = Task.Run(async () =>
        {
            try
            {
                await work(message => channel.Writer.TryWrite(message)).ConfigureAwait(false);
                channel.Writer.Complete();
            }
            catch (Exception e)
            {
                channel.Writer.Complete(e);
            }
        });
        await foreach (var message in channel.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            yield return message;
        }

        await working.ConfigureAwait(false);
    }

    private static async Task StartAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }

    private static async Task CopyAsync<T>(ApiRequest request, IAsyncEnumerator<T> items, ValueTask<bool> next, JsonTypeInfo<T> type)
    {
        var output = request.Http.Response.BodyWriter;
        while (true)
        {
            if (!next.IsCompleted)
            {
                await output.FlushAsync(request.Aborted).ConfigureAwait(false);
            }

            if (!await next.ConfigureAwait(false))
            {
                break;
            }

            JsonAnswer.Write(output, items.Current, type);
            next = items.MoveNextAsync();
        }

        await output.FlushAsync(request.Aborted).ConfigureAwait(false);
    }
}
