namespace Mesh.Abstractions.Configuration;

/// <summary>An atomic change set: what raised the workspace from <c>Revision - 1</c> to <see cref="Revision"/>.</summary>
/// <param name="Revision">Gapless, from 1.</param>
/// <param name="OperationId">Chosen by the writer; a second append with the same id changes nothing.</param>
/// <param name="Time">When the workspace grain built the commit (UTC).</param>
/// <param name="Author">Who asked for it.</param>
/// <param name="Summary">One line, such as <c>create routes/orders</c>.</param>
/// <param name="Changes">At most one per entity, parents before children.</param>
/// <param name="Trace">W3C <c>traceparent</c> of the write, for edges to hang their part under; in memory only, null when it is not traced.</param>
[GenerateSerializer, Immutable, Alias("mesh.commit")]
public sealed record Commit(long Revision, Guid OperationId, DateTimeOffset Time, CommitAuthor Author, string Summary, EntityChange[] Changes, string? Trace = null);

/// <summary>Who wrote, from where, through which credential.</summary>
[GenerateSerializer, Immutable, Alias("mesh.commit-author")]
public sealed record CommitAuthor(string Name, string? Address, string? Credential)
{
    public static CommitAuthor System { get; } = new("system", null, null);
}
