using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Collections;

namespace Mesh.Edge.Configuration;

/// <summary>Changes to the entities of one kind: decoded, put into the map, and listed with what stood there before.</summary>
internal interface IKindEdit
{
    /// <summary>The entity of a document, or why there is none. May be called from several threads at once.</summary>
    (Entity? Entity, string? Problem) Decode(Guid id, byte[] document);

    /// <summary>Puts or deletes one entity. What cannot be decoded counts as absent and is reported.</summary>
    void Apply(in DecodedChange decoded, ConfigChanges report);

    bool Touched(Guid id);

    /// <summary>Drops from the list what was absent before and is absent after.</summary>
    void Finish();
}

/// <inheritdoc cref="IKindEdit"/>
internal sealed class KindEdit<T>(string kind, JsonTypeInfo<T> type, ShardedMap<Guid, T> origin, List<Changed<T>> changes) : IKindEdit
    where T : Entity
{
    private readonly ShardedMap<Guid, T>.Builder entities = origin.ToBuilder();
    private readonly Dictionary<Guid, int> places = [];

    public (Entity? Entity, string? Problem) Decode(Guid id, byte[] document)
    {
        try
        {
            T? entity = JsonSerializer.Deserialize(document, type);
            return entity is null ? (null, "the document is null")
                : entity.Id != id ? (null, $"the document carries another id ({entity.Id})")
                : (entity, null);
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or FormatException)
        {
            return (null, $"the document cannot be read: {failure.Message}");
        }
    }

    public void Apply(in DecodedChange decoded, ConfigChanges report)
    {
        Guid id = decoded.Change.Id;
        if (places.ContainsKey(id))
        {
            // A later change of the same entity: what an earlier one was refused for no longer counts.
            report.Problems.RemoveAll(problem => problem.Id == id && problem.Kind == kind);
        }

        if (decoded.Problem is { } problem)
        {
            report.Refuse(kind, id, problem);
        }

        Set(id, (T?)decoded.Entity);
    }

    public bool Touched(Guid id) => places.ContainsKey(id);

    /// <summary>Puts an entity as if it had come anew: what it refers to has changed, or it has been worked out.</summary>
    public void Put(T entity) => Set(entity.Id, entity);

    public void Finish() => changes.RemoveAll(change => change.Before is null && change.After is null);

    public ShardedMap<Guid, T> Build() => entities.Build();

    private void Set(Guid id, T? after)
    {
        if (places.TryGetValue(id, out int place))
        {
            changes[place] = changes[place] with { After = after };
        }
        else
        {
            places[id] = changes.Count;
            changes.Add(new Changed<T>(id, origin.GetValueOrDefault(id), after));
        }

        if (after is null)
        {
            entities.Remove(id);
        }
        else
        {
            entities[id] = after;
        }
    }
}
