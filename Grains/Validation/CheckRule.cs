using Mesh.Abstractions.Schemas;

namespace Mesh.Grains.Validation;

/// <summary>A check with the rules of the fields that it names.</summary>
internal sealed class CheckRule(EntityCheck check)
{
    public EntityCheck Check { get; } = check;
    public FieldRule? If { get; } = check is EntityCheck.Conditional conditional ? new FieldRule(conditional.If) : null;
    public FieldRule? Then { get; } = check is EntityCheck.Conditional conditional ? new FieldRule(conditional.Then) : null;
}
