namespace Mesh.Abstractions.Configuration;

/// <summary>Kong's error codes; the value is the <c>code</c> of the error body.</summary>
public enum ProblemCode
{
    InvalidPrimaryKey = 1,
    SchemaViolation = 2,
    PrimaryKeyViolation = 3,
    ForeignKeyViolation = 4,
    UniqueViolation = 5,
    NotFound = 6,
    InvalidOffset = 7,
    DatabaseError = 8,
    InvalidSize = 9,
    InvalidUnique = 10,
    InvalidOptions = 11,
    OperationUnsupported = 12,
    ForeignKeysUnresolved = 13,
    DeclarativeConfig = 14,
    TransformationError = 15,
    InvalidForeignKey = 16,
    InvalidWorkspace = 17,
    ReferencedByOthers = 19,

    /// <summary>Mesh's own: the writer is bound to tags that the entity does not bear.</summary>
    Forbidden = 100,
}
