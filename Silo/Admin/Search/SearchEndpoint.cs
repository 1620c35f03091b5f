using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Silo.Admin.Entities;
using Mesh.Silo.Admin.Errors;
using Mesh.Silo.Admin.History;

namespace Mesh.Silo.Admin.Search;

/// <summary><c>/search?q=</c>: entities of every kind that contain a text in their names, tags, hosts, paths and the like.</summary>
internal static class SearchEndpoint
{
    public static AdminResource Resource { get; } = new() { Get = Find };

    private static async Task<AdminAnswer> Find(AdminContext context)
    {
        if (context.Query("q") is not { Length: > 0 and <= SearchQuery.MaxTextLength } text)
        {
            return ProblemAnswer.InvalidOption("q", $"expected a text of 1 to {SearchQuery.MaxTextLength} characters");
        }

        string? kind = context.Query("kind") is { } name ? CommitArguments.Kind(context, "kind", name) : null;
        SearchPlace? after = null;
        if (context.Query("offset") is { } offset && (after = Place(context, offset)) is null)
        {
            return ProblemAnswer.Of(ProblemCode.InvalidOffset, $"'{offset}' is not a valid offset");
        }

        SearchPage page = await context.Grains.GetGrain<ISearchGrain>(context.WorkspaceName).Find(new SearchQuery(text, kind, after, PageAnswer.Size(context)));
        string? next = page.Next is { } last ? $"{last.Kind}.{PageOffset.Of(last.Id)}" : null;
        return PageAnswer.Of(context, page.Revision, page.Hits, next, (json, hit) =>
        {
            json.WriteString("kind", hit.Kind);
            json.WriteString("id", hit.Id);
            json.WriteString("name", hit.Name);
            json.WriteStartArray("matched");
            foreach (SearchMatch match in hit.Matched)
            {
                json.WriteStartObject();
                json.WriteString("field", match.Field);
                json.WriteString("value", match.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static SearchPlace? Place(AdminContext context, string offset)
    {
        int point = offset.IndexOf('.', StringComparison.Ordinal);
        return point > 0 && context.Schemas.Find(offset[..point]) is { } schema && PageOffset.Parse(offset[(point + 1)..]) is { } id
            ? new SearchPlace(schema.Kind, id)
            : null;
    }
}
