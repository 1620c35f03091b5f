using System.Buffers;

namespace Mesh.Edge.Plugins.HttpLog;

/// <summary>Sends batches of records to one endpoint.</summary>
internal sealed class HttpLogSender(HttpLogTarget target, HttpMessageInvoker client, TimeProvider time)
{
    private readonly HttpMethod method = new(target.Method);
    private readonly string[] headers = target.Headers.Split('\n');

    /// <summary>Null when the endpoint took the records; else why not, without anything secret.</summary>
    public async Task<string?> Send(IReadOnlyList<byte[]> records, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(target.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            using HttpRequestMessage request = Request(Payload(records));
            using HttpResponseMessage response = await client.SendAsync(request, either.Token).ConfigureAwait(false);
            int status = (int)response.StatusCode;
            return status is >= 200 and < 300 ? null : $"request to {target} returned status code {status}";
        }
        catch (OperationCanceledException)
        {
            return $"failed request to {target}: {(cancel.IsCancellationRequested ? "the edge ended" : "timeout")}";
        }
        catch (HttpRequestException failure)
        {
            return $"failed request to {target}: {failure.HttpRequestError}";
        }
    }

    /// <summary>One record by itself where batches have one; else an array, also of one.</summary>
    private ReadOnlyMemory<byte> Payload(IReadOnlyList<byte[]> records)
    {
        if (target.Queue.MaxBatchSize == 1)
        {
            return records[0];
        }

        var array = new ArrayBufferWriter<byte>(4096);
        for (int i = 0; i < records.Count; i++)
        {
            array.Write(i == 0 ? "["u8 : ","u8);
            array.Write(records[i]);
        }

        array.Write("]"u8);
        return array.WrittenMemory;
    }

    private HttpRequestMessage Request(ReadOnlyMemory<byte> payload)
    {
        var request = new HttpRequestMessage(method, target.Endpoint) { Content = new ReadOnlyMemoryContent(payload) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", target.ContentType);
        for (int i = 0; i + 1 < headers.Length; i += 2)
        {
            request.Headers.TryAddWithoutValidation(headers[i], headers[i + 1]);
        }

        if (target.Authorization is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return request;
    }
}
