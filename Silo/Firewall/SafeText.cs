namespace Mesh.Silo.Firewall;

/// <summary>
/// Names that somebody chose, fit for a comment of any format: nothing in them ends a line, a quotation, a comment or an argument.
/// </summary>
internal static class SafeText
{
    /// <summary>Comments of nftables hold 128 bytes.</summary>
    public const int MaxLength = 60;

    public static string Of(string text)
    {
        string safe = string.Concat(text.Take(MaxLength).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '~' or ':' or '@' or '-' or ' ' or ',' ? c : '_'));
        return safe.Trim();
    }
}
