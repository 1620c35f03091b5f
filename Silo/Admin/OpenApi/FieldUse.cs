namespace Mesh.Silo.Admin.OpenApi;

/// <summary>What a schema of an entity is for.</summary>
internal enum FieldUse
{
    /// <summary>An answer: every field is there, absent ones are null.</summary>
    Answer,

    /// <summary>The body of POST and PUT.</summary>
    Write,

    /// <summary>The body of PATCH: nothing is required, null clears a field.</summary>
    Patch,
}
