namespace Mesh.Edge.Settings;

/// <summary>A setting that cannot be used; its text is one line.</summary>
internal sealed record SettingProblem(string Name, string? Value, string Origin, string Reason, string Expected)
{
    public override string ToString()
    {
        string value = Value is null ? "" : $" \"{Value.ReplaceLineEndings(" ")}\"";
        return $"{Name}{value} ({Origin}): {Reason}; expected {Expected}";
    }
}
