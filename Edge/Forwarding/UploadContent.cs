using System.Net;
using System.Net.Http.Headers;

namespace Mesh.Edge.Forwarding;

/// <summary>
/// The forwarder's request content, except that it shows <see cref="RequestBody"/> the stream that it is written to. The
/// handler keeps up to 4 KiB back until the body ends; the body flushes them whenever the client makes it wait.
/// </summary>
internal sealed class UploadContent : HttpContent
{
    private readonly HttpContent inner;
    private readonly RequestBody body;

    public UploadContent(HttpContent inner, RequestBody body)
    {
        this.inner = inner;
        this.body = body;
        foreach (KeyValuePair<string, HeaderStringValues> header in inner.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        body.SendTo(stream);
        return inner.CopyToAsync(stream, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
