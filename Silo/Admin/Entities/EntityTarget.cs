using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;

namespace Mesh.Silo.Admin.Entities;

/// <summary>What a path of entities names.</summary>
/// <param name="Key">Null: the collection.</param>
internal sealed record EntityTarget(EntitySchema Schema, string? Key, EntityParent? Parent);
