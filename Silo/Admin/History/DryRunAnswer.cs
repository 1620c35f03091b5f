using Mesh.Abstractions.Configuration;
using Mesh.Grains.Schemas;

namespace Mesh.Silo.Admin.History;

/// <summary><c>?dry_run=1</c>: what a write would change, when it would succeed.</summary>
internal static class DryRunAnswer
{
    public static AdminAnswer Of(CommitOutcome outcome, EntitySchemas schemas) => AdminAnswer.Object(StatusCodes.Status200OK, json =>
    {
        json.WriteBoolean("dry_run", true);
        json.WriteNumber("revision", outcome.Revision);
        new ChangeJson(schemas).WriteArray(json, Changes(outcome));
    });

    /// <summary>The changes of an outcome with what they replace.</summary>
    public static IEnumerable<EntityDiff> Changes(CommitOutcome outcome) => outcome.Changes.Zip(
        outcome.Previous,
        (change, previous) => new EntityDiff(change.Kind, change.Id, previous.Document, change.Document));
}
