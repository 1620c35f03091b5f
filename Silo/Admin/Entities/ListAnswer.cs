using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.Entities;

/// <summary>A page in Kong's form: <c>data</c>, <c>next</c> and, while there is more, <c>offset</c>.</summary>
internal static class ListAnswer
{
    public static AdminAnswer Of(AdminContext context, EntityPage page, bool nested)
    {
        AdminAnswer answer = AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("data");
            foreach (byte[] document in page.Documents)
            {
                json.WriteRawValue(document, skipInputValidation: true);
            }

            json.WriteEndArray();
            if (page.Next is not { } last)
            {
                json.WriteNull("next");
                return;
            }

            string offset = PageOffset.Of(last);
            json.WriteString("next", Next(context, offset, nested));
            json.WriteString("offset", offset);
        });
        return answer with { Revision = page.Revision };
    }

    /// <summary>The path of the next page. Kong repeats tags and size at the top level only.</summary>
    private static string Next(AdminContext context, string offset, bool nested)
    {
        string next = $"{AdminPath.PathOf(context.Target).TrimEnd('/')}?offset={offset}";
        if (nested)
        {
            return next;
        }

        foreach (string name in new[] { "tags", "size" })
        {
            if (context.Query(name) is { } value)
            {
                next += $"&{name}={Uri.EscapeDataString(value)}";
            }
        }

        return next;
    }
}
