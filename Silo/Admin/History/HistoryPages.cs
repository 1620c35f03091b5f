using System.Globalization;
using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Silo.Admin.Errors;

namespace Mesh.Silo.Admin.History;

/// <summary>Pages of history, newest first, in Kong's form. Behind a page stands the revision that the next one begins below.</summary>
internal static class HistoryPages
{
    private const int DefaultSize = 100;
    private const int MaxSize = 1000;

    /// <summary>The arguments <c>size</c> and <c>offset</c>.</summary>
    /// <exception cref="AdminRefusal">One cannot be followed.</exception>
    public static (int Size, long? Before) Read(AdminContext context)
    {
        int size = DefaultSize;
        if (context.Query("size") is { } sizeText && !(int.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= MaxSize))
        {
            throw new AdminRefusal(ProblemAnswer.Of(ProblemCode.InvalidSize, $"size must be an integer between 1 and {MaxSize}"));
        }

        if (context.Query("offset") is not { } offset)
        {
            return (size, null);
        }

        return long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out long before)
            ? (size, before)
            : throw new AdminRefusal(ProblemAnswer.Of(ProblemCode.InvalidOffset, $"'{offset}' is not a valid offset"));
    }

    public static AdminAnswer Answer<T>(AdminContext context, long head, IEnumerable<T> items, long? next, Action<Utf8JsonWriter, T> write) =>
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
            WriteNext(context, json, next?.ToString(CultureInfo.InvariantCulture));
        }) with { Revision = head };

    /// <summary><c>next</c> with every argument of this page repeated, and <c>offset</c>.</summary>
    public static void WriteNext(AdminContext context, Utf8JsonWriter json, string? offset)
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
