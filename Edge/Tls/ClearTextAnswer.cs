using System.IO.Pipelines;
using System.Text;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Tls;

/// <summary>
/// For a client that speaks to a TLS port and sends no hello. To an HTTP request, nginx's (and so Kong's) 400; to anything else
/// nothing. Neither costs a handshake.
/// </summary>
internal static class ClearTextAnswer
{
    private const string Message = "The plain HTTP request was sent to HTTPS port";

    private static readonly byte[] answer = Write();

    /// <param name="first">The first byte that came.</param>
    public static async ValueTask GiveAsync(PipeWriter output, byte first, CancellationToken cancellation)
    {
        // HTTP's methods, and the preface of HTTP/2, begin with a capital letter.
        if (char.IsAsciiLetterUpper((char)first))
        {
            await output.WriteAsync(answer, cancellation);
        }
    }

    private static byte[] Write()
    {
        ReadOnlyMemory<byte> body = AnswerBody.WriteJson(Message, null);
        string head = $"HTTP/1.1 400 Bad Request\r\nServer: {Product.Token}\r\nContent-Type: {AnswerBody.ContentType(AnswerFormat.Json)}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body.Span];
    }
}
