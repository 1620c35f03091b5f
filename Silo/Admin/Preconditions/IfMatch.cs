using System.Globalization;
using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.Preconditions;

/// <summary>What must hold for a write; the workspace checks it where the commit is made, so that nothing comes between.</summary>
internal sealed record WriteCondition(long? Revision, EntityCondition? Entity);

/// <summary><c>If-Match</c> of a write (RFC 9110 §13.1.1): a revision of the workspace, or entity tags of the one entity that the path names.</summary>
internal static class IfMatch
{
    private const string Any = "*";

    /// <param name="mutations">What is to be written.</param>
    /// <exception cref="AdminRefusal">The header cannot be understood here.</exception>
    public static WriteCondition Read(AdminContext context, Mutation[] mutations)
    {
        string header = context.Http.Request.Headers.IfMatch.ToString();
        if (header.Length == 0)
        {
            return new(null, null);
        }

        string[] values = header.Split(',', StringSplitOptions.TrimEntries);
        if (values is [var only] && long.TryParse(Unquoted(only), NumberStyles.None, CultureInfo.InvariantCulture, out long revision))
        {
            return new(revision, null);
        }

        if (values.Any(value => value != Any && !IsTag(value)))
        {
            throw new AdminRefusal(AdminAnswer.Message(StatusCodes.Status400BadRequest, "If-Match must be a revision or the ETag of an entity"));
        }

        if (mutations is not [{ Key: { } key } mutation])
        {
            throw new AdminRefusal(AdminAnswer.Message(StatusCodes.Status400BadRequest, "If-Match takes a revision here: the path names no single entity"));
        }

        // A weak tag never matches: what is written must not rest on what is merely alike.
        string[] tags = values.Contains(Any) ? [] : [.. values.Where(value => value.StartsWith('"')).Select(Unquoted), ""];
        return new(null, new EntityCondition(mutation.Kind, key, mutation.Parent, tags));
    }

    /// <summary>412, with the revision at which the workspace stands.</summary>
    public static AdminAnswer Failed(WriteCondition condition, long head) =>
        AdminAnswer.Object(StatusCodes.Status412PreconditionFailed, json =>
        {
            json.WriteString("message", condition.Revision is { } revision
                ? $"The configuration stands at revision {head}, not at {revision}"
                : "The entity is not (or no longer) as If-Match says");
            json.WriteNumber("revision", head);
        }) with { Revision = head };

    private static bool IsTag(string value) => value is ['"', .., '"'] or ['W', '/', '"', .., '"'] && value.Length >= 2;

    private static string Unquoted(string value) => value is ['"', .. var inner, '"'] ? inner : value;
}
