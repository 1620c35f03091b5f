using System.Globalization;

namespace Mesh.Silo.Cli.Client;

/// <summary>Sends a document to <c>/config</c>, telling how far it is.</summary>
internal static class DocumentRequest
{
    private const double Mebibyte = 1024 * 1024;

    /// <param name="query">Such as <c>?dry_run=1</c>.</param>
    /// <exception cref="ClientFailure">The document is refused; one line for everything that is wrong with it.</exception>
    public static async Task<AdminReply> Send(ClientContext context, DocumentFile document, string query, string waiting, IReadOnlyList<(string Name, string Value)> headers, CancellationToken cancel)
    {
        AdminReply reply = await Progress.Show(context.Errors, async phase =>
        {
            HttpContent body = document.ToBody(sent => phase.Set(sent < document.Content.Length ? $"sending {Size(sent)} of {Size(document.Content.Length)}" : waiting));
            return await context.Admin.Send(HttpMethod.Post, $"config{query}", body, headers, cancel);
        });
        if (reply.Status == StatusCodes.Status400BadRequest)
        {
            string[] lines = [.. DocumentErrors.Lines(document, reply)];
            throw new ClientFailure($"{document.Name} is refused, nothing was changed:\n{string.Join('\n', lines)}");
        }

        return reply.OrFail();
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mebibyte:0.0} MiB");
}
