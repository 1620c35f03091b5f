using System.Globalization;
using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Silo.Admin.Errors;

namespace Mesh.Silo.Admin;

/// <summary>Pages in Kong's form whose offsets say where to go on, all other arguments repeated.</summary>
internal static class PageAnswer
{
    private const int DefaultSize = 100;
    private const int MaxSize = 1000;

    /// <exception cref="AdminRefusal">Not a size.</exception>
    public static int Size(AdminContext context)
    {
        int size = DefaultSize;
        return context.Query("size") is not { } text || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= MaxSize)
            ? size
            : throw new AdminRefusal(ProblemAnswer.Of(ProblemCode.InvalidSize, $"size must be an integer between 1 and {MaxSize}"));
    }

    /// <summary>The revision that a page of history begins below; null for the first page.</summary>
    /// <exception cref="AdminRefusal">Not an offset.</exception>
    public static long? Before(AdminContext context)
    {
        if (context.Query("offset") is not { } offset)
        {
            return null;
        }

        return long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out long before)
            ? before
            : throw new AdminRefusal(ProblemAnswer.Of(ProblemCode.InvalidOffset, $"'{offset}' is not a valid offset"));
    }

    public static string? Offset(long? next) => next?.ToString(CultureInfo.InvariantCulture);

    public static AdminAnswer Of<T>(AdminContext context, long? head, IEnumerable<T> items, string? next, Action<Utf8JsonWriter, T> write) =>
        AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("data");
            foreach (T item in items)
            {
                json.WriteStartObject();
                write(json, item);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteNext(context, json, next);
        }) with { Revision = head };

    /// <summary><c>next</c> with every argument of this page repeated, and <c>offset</c>.</summary>
    private static void WriteNext(AdminContext context, Utf8JsonWriter json, string? offset)
    {
        if (offset is null)
        {
            json.WriteNull("next");
            return;
        }

        string arguments = string.Concat(context.Http.Request.Query
            .Where(argument => argument.Key is not "offset")
            .Select(argument => $"&{Uri.EscapeDataString(argument.Key)}={Uri.EscapeDataString(argument.Value.ToString())}"));
        json.WriteString("next", $"{AdminPath.PathOf(context.Target).TrimEnd('/')}?offset={offset}{arguments}");
        json.WriteString("offset", offset);
    }
}
