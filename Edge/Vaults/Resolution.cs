namespace Mesh.Edge.Vaults;

/// <summary>What a reference stands for.</summary>
/// <param name="Value">Empty when it cannot be resolved, as in Kong.</param>
/// <param name="Problem">Why it cannot; names the reference, never a value. Null when it can.</param>
internal readonly record struct Resolution(string Value, string? Problem)
{
    /// <summary>The value may be a secret.</summary>
    public override string ToString() => Problem ?? "resolved";
}
