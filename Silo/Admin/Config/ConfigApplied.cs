using Mesh.Abstractions.Configuration;
using Mesh.Grains.Schemas;
using Mesh.Grains.Secrets;

namespace Mesh.Silo.Admin.Config;

/// <summary>
/// The answer to an applied document: counts of what changed and, as Kong does, every entity by kind and id, its secrets masked (unless the client
/// prefers <c>return=minimal</c>, RFC 7240 section 4.2).
/// </summary>
internal static class ConfigApplied
{
    public static AdminAnswer Answer(CommitOutcome outcome, EntitySchemas schemas, bool minimal) => AdminAnswer.Object(StatusCodes.Status201Created, json =>
    {
        json.WriteNumber("revision", outcome.Revision);
        json.WriteStartObject("changes");
        int created = outcome.Results.Count(result => result.Created);
        int deleted = outcome.Changes.Count(change => change.IsDelete);
        json.WriteNumber("created", created);
        json.WriteNumber("updated", Math.Max(0, outcome.Changes.Length - deleted - created));
        json.WriteNumber("deleted", deleted);
        json.WriteEndObject();
        json.WriteStartObject("counts");
        foreach (IGrouping<string, EntityResult> kind in outcome.Results.GroupBy(result => result.Kind))
        {
            json.WriteNumber(kind.Key, kind.Count());
        }

        json.WriteEndObject();
        SecretMask mask = new(schemas);
        foreach (IGrouping<string, EntityResult> kind in outcome.Results.Where(_ => !minimal).GroupBy(result => result.Kind))
        {
            json.WriteStartObject(kind.Key);
            foreach (EntityResult result in kind)
            {
                json.WritePropertyName(result.Id.ToString());
                json.WriteRawValue(mask.Mask(result.Kind, result.Document!), skipInputValidation: true);
            }

            json.WriteEndObject();
        }
    });
}
