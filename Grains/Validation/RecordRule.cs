using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Validation;

/// <summary>The fields and checks of an entity or a nested record.</summary>
internal sealed class RecordRule(IReadOnlyList<Field> fields, IReadOnlyList<EntityCheck> checks)
{
    private readonly HashSet<string> names = [.. fields.Select(field => field.Name)];

    public FieldRule[] Fields { get; } = [.. fields.Select(field => new FieldRule(field))];

    public CheckRule[] Checks { get; } = [.. checks.Select(check => new CheckRule(check))];

    public bool Declares(string name) => names.Contains(name);
}
