using Mesh.Abstractions.Configuration;
using Mesh.Grains.Schemas.Formats;
using Mesh.Silo.Admin.Entities;
using Mesh.Silo.Admin.Errors;

namespace Mesh.Silo.Admin.Tags;

/// <summary><c>/tags</c> and <c>/tags/{tag}</c>: which entities carry which tags.</summary>
internal static class TagEndpoints
{
    public static AdminResource All { get; } = new() { Get = context => List(context, tag: null) };

    public static AdminResource One(string tag) => new() { Get = context => List(context, tag) };

    private static async Task<AdminAnswer> List(AdminContext context, string? tag)
    {
        if (tag is not null && TextChecks.Tag(tag) is { } wrong)
        {
            return ProblemAnswer.InvalidUnique("tag", wrong);
        }

        if (!ListArguments.TryReadSize(context, out int size, out AdminAnswer? refusal))
        {
            return refusal;
        }

        TagPlace? after = null;
        if (context.Query("offset") is { } offset && (after = TagOffset.Parse(offset)) is null)
        {
            return ProblemAnswer.InvalidOffset(offset);
        }

        TagPage page = await context.Workspace.Tags(new TagQuery(tag, after, size));
        AdminAnswer answer = AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("data");
            foreach (TagPlace place in page.Places)
            {
                json.WriteStartObject();
                json.WriteString("tag", place.Tag);
                json.WriteString("entity_name", place.Kind);
                json.WriteString("entity_id", place.Id);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            ListAnswer.WriteNext(json, context, page.Next is { } last ? TagOffset.Of(last) : null, repeated: tag is null ? ["size"] : []);
        });
        return answer with { Revision = page.Revision };
    }
}
