namespace Mesh.Silo.Firewall.Formats;

/// <summary>What is asked for beside the plan.</summary>
/// <param name="EgressUser">Programs of this user may connect only to what the plan names; null: nothing that leaves is restricted.</param>
internal sealed record FirewallOptions(string? EgressUser)
{
    public const string UserRule = "a user's name (lower-case letters, digits, _ and -) or number";

    private const int MaxUserLength = 32;

    /// <summary>As Linux takes names of users, so that nothing else gets into a script.</summary>
    public static bool IsUser(string text) =>
        text.Length is > 0 and <= MaxUserLength
        && (text.All(char.IsAsciiDigit) ? uint.TryParse(text, out _) : (char.IsAsciiLetterLower(text[0]) || text[0] == '_') && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-'));
}
