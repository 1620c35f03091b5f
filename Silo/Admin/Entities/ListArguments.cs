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
        query = new ListQuery(schema.Kind, parent);
        if (!TryReadSize(context, out int size, out refusal))
        {
            return false;
        }

        query = query with { Size = size };

        if (context.Query("offset") is { } offset)
        {
            if (PageOffset.Parse(offset) is not { } after)
            {
                refusal = ProblemAnswer.InvalidOffset(offset);
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

    /// <summary>Entities in a page.</summary>
    public static bool TryReadSize(AdminContext context, out int size, [NotNullWhen(false)] out AdminAnswer? refusal)
    {
        size = DefaultSize;
        refusal = null;
        if (context.Query("size") is not { } text)
        {
            return true;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double wanted))
        {
            refusal = ProblemAnswer.Of(ProblemCode.InvalidSize, "size must be a number");
        }
        else if (wanted is < 1 or > MaxSize || wanted != Math.Floor(wanted))
        {
            refusal = ProblemAnswer.Of(ProblemCode.InvalidSize, $"size must be an integer between 1 and {MaxSize}");
        }
        else
        {
            size = (int)wanted;
        }

        return refusal is null;
    }

    /// <summary><c>a,b</c>: all of them; <c>a/b</c>: any of them; never mixed.</summary>
    private static bool TryReadTags(string text, out string[] tags, out bool all)
    {
        all = !text.Contains('/');
        tags = text.Split(all ? ',' : '/');
        return !(text.Contains('/') && text.Contains(',')) && tags.Length <= MaxTags && tags.All(tag => tag.Length > 0);
    }
}
