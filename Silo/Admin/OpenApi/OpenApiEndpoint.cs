using System.Text.Json;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary><c>/openapi.json</c>: the document, built on the first question.</summary>
internal static class OpenApiEndpoint
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static byte[]? document;

    public static AdminResource Resource { get; } = new() { Get = Read };

    private static Task<AdminAnswer> Read(AdminContext context)
    {
        // Declarations do not change while the process runs; two first questions build the same.
        byte[] bytes = Volatile.Read(ref document) ?? Build(context);
        Volatile.Write(ref document, bytes);
        return Task.FromResult(new AdminAnswer(StatusCodes.Status200OK, bytes));
    }

    private static byte[] Build(AdminContext context) =>
        JsonSerializer.SerializeToUtf8Bytes(new OpenApiDocument(context.Schemas, context.Services.Node.Version).Build(), Compact);
}
