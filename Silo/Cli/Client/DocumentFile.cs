using System.Net.Http.Headers;
using System.Text;

namespace Mesh.Silo.Cli.Client;

/// <summary>A declarative document as it stands in a file or comes on standard input.</summary>
/// <param name="Name">For messages.</param>
internal sealed record DocumentFile(string Name, byte[] Content)
{
    /// <summary>What stands for standard input.</summary>
    private const string StandardInput = "-";

    private const int MaxBytes = 512 * 1024 * 1024;

    /// <exception cref="ClientFailure">It cannot be read, or is no text.</exception>
    public static async Task<DocumentFile> Read(string path, Func<Stream> input, CancellationToken cancel)
    {
        try
        {
            await using Stream stream = path == StandardInput ? input() : File.OpenRead(path);
            using MemoryStream content = new();
            byte[] chunk = new byte[81920];
            for (int read; (read = await stream.ReadAsync(chunk, cancel)) > 0;)
            {
                content.Write(chunk, 0, read);
                if (content.Length > MaxBytes)
                {
                    throw new ClientFailure($"{path} is longer than {MaxBytes} bytes");
                }
            }

            return new DocumentFile(path == StandardInput ? "standard input" : path, content.ToArray());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ClientFailure($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    public string Text => Encoding.UTF8.GetString(Content);

    /// <summary>The body of a request. JSON is YAML to the server, which looks at the first character.</summary>
    /// <param name="sent">Told the number of bytes sent.</param>
    public HttpContent ToBody(Action<long> sent) => new ReportingContent(Content, sent) { Headers = { ContentType = new MediaTypeHeaderValue("application/yaml") } };
}
