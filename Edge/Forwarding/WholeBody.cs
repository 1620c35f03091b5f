namespace Mesh.Edge.Forwarding;

/// <summary>Takes an upstream's response body whole, for those who change it.</summary>
internal static class WholeBody
{
    /// <summary>
    /// Bytes. A longer body is refused: sending it on unchanged would show the client what was to be taken out of it.
    /// </summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Bytes allocated on the upstream's word alone.</summary>
    private const int FirstBuffer = 64 * 1024;

    /// <exception cref="HttpRequestException">Longer than <see cref="MaxBytes"/>, or it broke off.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> Read(HttpContent content, IdleTimeout idle, CancellationToken cancellationToken)
    {
        long? told = content.Headers.ContentLength;
        await using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = new byte[(int)Math.Min(told ?? FirstBuffer, FirstBuffer) + 1];
        int length = 0;
        while (told is not > MaxBytes)
        {
            idle.Reading();
            int read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            length += read;
            if (length > MaxBytes)
            {
                break;
            }

            if (read == 0)
            {
                idle.Read();
                return buffer.AsMemory(0, length);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxBytes + 1));
            }
        }

        throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, $"The response body is longer than {MaxBytes} bytes and cannot be changed.");
    }
}
