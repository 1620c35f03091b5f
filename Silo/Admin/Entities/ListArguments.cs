using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Silo.Admin.Errors;

namespace Mesh.Silo.Admin.Entities;

/// <summary>The query arguments of a list; unknown ones are ignored, as Kong does.</summary>
internal static class ListArguments
{
    private const int DefaultSize = 100;
    private const int MaxSize = 1000;
    private const int MaxTags = 5;

    public static bool TryRead(AdminContext context, EntitySchema schema, EntityParent? parent, out ListQuery query, [NotNullWhen(false)] out AdminAnswer? refusal)
    {
        query = new ListQuery(schema.Kind, parent, Size: DefaultSize);
        refusal = null;
        if (context.Query("size") is { } sizeText)
        {
            if (!double.TryParse(sizeText, NumberStyles.Float, CultureInfo.InvariantCulture, out double size))
            {
                refusal = ProblemAnswer.Of(ProblemCode.InvalidSize, "size must be a number");
                return false;
            }

            if (size is < 1 or > MaxSize || size != Math.Floor(size))
            {
                refusal = ProblemAnswer.Of(ProblemCode.InvalidSize, $"size must be an integer between 1 and {MaxSize}");
                return false;
            }

            query = query with { Size = (int)size };
        }

        if (context.Query("offset") is { } offset)
        {
            if (PageOffset.Parse(offset) is not { } after)
            {
                refusal = ProblemAnswer.Of(ProblemCode.InvalidOffset, $"'{offset}' is not a valid offset: bad base64 encoding");
                return false;
            }

            query = query with { After = after };
        }

        if (context.Query("tags") is { } tags)
        {
            if (!TryReadTags(tags, out string[] list, out bool all))
            {
                refusal = ProblemAnswer.InvalidOption("tags", "invalid filter syntax");
                return false;
            }

            query = query with { Tags = list, AllTags = all };
        }

        if (schema.Kind == EntityKinds.Consumers && context.Query("custom_id") is { Length: > 0 } customId)
        {
            query = query with { Where = [new FieldMatch("custom_id", customId)] };
        }

        return true;
    }

    /// <summary><c>a,b</c>: all of them; <c>a/b</c>: any of them; never mixed.</summary>
    private static bool TryReadTags(string text, out string[] tags, out bool all)
    {
        all = !text.Contains('/');
        tags = text.Split(all ? ',' : '/');
        return !(text.Contains('/') && text.Contains(',')) && tags.Length <= MaxTags && tags.All(tag => tag.Length > 0);
    }
}
