using Mesh.Abstractions.Access;
using Mesh.Edge.Settings;

namespace Mesh.Silo.Settings;

/// <summary>Who gets a role, as <c>operator=ci.internal</c>. The first rule that fits counts.</summary>
/// <param name="Pattern">What the name must be; a <c>*</c> at its begin or its end stands for anything.</param>
internal sealed record RoleRule(AccessRole Role, string Pattern)
{
    /// <exception cref="FormatException">An entry is no rule.</exception>
    public static IReadOnlyList<RoleRule> ReadAll(string text) => [.. SettingValue.List(text).Select(Read)];

    public bool Fits(string name) => Pattern switch
    {
        ['*', .. var end] => name.EndsWith(end, StringComparison.Ordinal),
        [.. var begin, '*'] => name.StartsWith(begin, StringComparison.Ordinal),
        _ => name == Pattern,
    };

    private static RoleRule Read(string entry)
    {
        string[] parts = entry.Split('=', 2, StringSplitOptions.TrimEntries);
        return parts is [var role, { Length: > 0 } pattern] && role.All(char.IsAsciiLetter) && Enum.TryParse(role, ignoreCase: true, out AccessRole known)
            ? new RoleRule(known, pattern)
            : throw new FormatException($"'{entry}' is not a role (admin, operator, viewer, edge), '=' and a name");
    }
}
