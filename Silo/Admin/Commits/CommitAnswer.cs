using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.Commits;

/// <summary>A commit's outcome with what the answer must say about it.</summary>
/// <param name="Edges">Value of <c>X-Mesh-Edges</c>; null unless the client waited for the edges.</param>
internal sealed record CommitAnswer(CommitOutcome Outcome, string? Edges)
{
    /// <summary>Takes the place of every good answer; null unless nothing was to be written.</summary>
    public AdminAnswer? DryRun { get; init; }

    public AdminAnswer Decorate(AdminAnswer answer)
    {
        AdminAnswer said = DryRun is not null && answer.Status < StatusCodes.Status400BadRequest ? DryRun : answer;
        return said with
        {
            Revision = Outcome.Revision,
            Headers = Edges is null ? said.Headers : [.. said.Headers, new(EdgeWait.Header, Edges)],
        };
    }
}
