using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.Commits;

/// <summary>A commit's outcome with what the answer must say about it.</summary>
/// <param name="Edges">Value of <c>X-Mesh-Edges</c>; null unless the client waited for the edges.</param>
internal sealed record CommitAnswer(CommitOutcome Outcome, string? Edges)
{
    public AdminAnswer Decorate(AdminAnswer answer) => answer with
    {
        Revision = Outcome.Revision,
        Headers = Edges is null ? answer.Headers : [.. answer.Headers, new(EdgeWait.Header, Edges)],
    };
}
