namespace Mesh.Grains.Validation;

/// <summary>Finds the entity that a client names by its endpoint key. Null: there is none.</summary>
internal delegate Guid? ForeignResolver(string kind, string name);
