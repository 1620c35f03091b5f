using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;

namespace Mesh.Edge.Consumers;

/// <summary>Consumers and their credentials, by what a request presents.</summary>
internal sealed class ConsumerIndex
{
    public static ConsumerIndex Empty { get; } = new();

    public ConsumerIndex Apply(ConfigChanges changes, EntityStore after) => throw new NotImplementedException();

    public Consumer? Find(Guid id) => throw new NotImplementedException();

    /// <summary>By id or username (an <c>anonymous</c> setting may name either).</summary>
    public Consumer? FindByIdOrUsername(string key) => throw new NotImplementedException();

    /// <summary>The live credential with this key; expired ones are not found.</summary>
    public KeyAuthCredential? FindKey(string key) => throw new NotImplementedException();
}
