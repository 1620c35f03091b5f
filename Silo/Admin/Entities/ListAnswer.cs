using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Silo.Admin.Access;

namespace Mesh.Silo.Admin.Entities;

/// <summary>A page in Kong's form: <c>data</c>, <c>next</c> and, while there is more, <c>offset</c>.</summary>
internal static class ListAnswer
{
    public static AdminAnswer Of(AdminContext context, EntitySchema schema, EntityPage page, bool nested)
    {
        AdminAnswer answer = AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("data");
            foreach (byte[] document in page.Documents.Where(document => TagBound.Holds(context.Caller, document)))
            {
                json.WriteRawValue(context.Shown(schema.Kind, document), skipInputValidation: true);
            }

            json.WriteEndArray();

            // Kong repeats tags and size at the top level only.
            WriteNext(json, context, page.Next is { } last ? PageOffset.Of(last) : null, repeated: nested ? [] : ["tags", "size"]);
        });
        return answer with { Revision = page.Revision };
    }

    /// <param name="offset">Null: this page is the last.</param>
    /// <param name="repeated">Query arguments that the path of the next page has again.</param>
    public static void WriteNext(Utf8JsonWriter json, AdminContext context, string? offset, string[] repeated)
    {
        if (offset is null)
        {
            json.WriteNull("next");
            return;
        }

        string next = $"{AdminPath.PathOf(context.Target).TrimEnd('/')}?offset={offset}";
        foreach (string name in repeated)
        {
            if (context.Query(name) is { } value)
            {
                next += $"&{name}={Uri.EscapeDataString(value)}";
            }
        }

        json.WriteString("next", next);
        json.WriteString("offset", offset);
    }
}
