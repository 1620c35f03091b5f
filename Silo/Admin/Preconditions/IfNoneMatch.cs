namespace Mesh.Silo.Admin.Preconditions;

/// <summary><c>If-None-Match</c> of a read (RFC 9110 §13.1.2): 304 when the client has it already.</summary>
internal static class IfNoneMatch
{
    private const string Weak = "W/";

    public static AdminAnswer Apply(HttpRequest request, AdminAnswer answer)
    {
        string header = request.Headers.IfNoneMatch.ToString();
        if (header.Length == 0 || answer.Status != StatusCodes.Status200OK || request.Method is not ("GET" or "HEAD"))
        {
            return answer;
        }

        string? tag = answer.Headers.FirstOrDefault(pair => pair.Key == EntityAnswer.TagHeader).Value;
        bool known = tag is not null && header.Split(',', StringSplitOptions.TrimEntries).Any(value => value == "*" || Strong(value) == tag);
        return known ? answer with { Status = StatusCodes.Status304NotModified, Body = default, ContentType = null } : answer;
    }

    private static string Strong(string value) => value.StartsWith(Weak, StringComparison.Ordinal) ? value[Weak.Length..] : value;
}
