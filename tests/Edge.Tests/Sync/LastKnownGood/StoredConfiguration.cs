using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;
using Mesh.Edge.Sync.LastKnownGood;

namespace Mesh.Edge.Tests.Sync.LastKnownGood;

/// <summary>What a store gives back, in a form that compares by value.</summary>
internal sealed record StoredConfiguration(long Revision, string Content)
{
    public static StoredConfiguration Of(long revision, IEnumerable<EntityChange> entities) =>
        new(revision, string.Join('\n', entities
            .Select(entity => $"{entity.Kind} {entity.Id} {Encoding.UTF8.GetString(entity.Document!)}")
            .Order(StringComparer.Ordinal)));

    public static (StoredConfiguration? Loaded, List<string> Notes) Load(string directory, PayloadSeal? seal = null)
    {
        List<string> notes = [];
        return (new GenerationStore(directory, seal ?? new PayloadSeal(null)).Load(Of, notes.Add), notes);
    }
}
