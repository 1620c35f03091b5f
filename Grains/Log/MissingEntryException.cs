namespace Mesh.Grains.Log;

/// <summary>A key that should exist does not: trimmed by another writer meanwhile (then a fresh look at the store succeeds), or lost.</summary>
internal sealed class MissingEntryException(string message) : Exception(message);
