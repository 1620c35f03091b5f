using System.Globalization;
using Mesh.Silo.Admin.Errors;

namespace Mesh.Silo.Admin;

/// <summary>Times as the paths that Kong lacks show and take them: RFC 3339, UTC, milliseconds.</summary>
internal static class TimeText
{
    /// <summary>RFC 3339, any offset, up to 100 ns.</summary>
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A time in the query; null when it is not there.</summary>
    /// <exception cref="AdminRefusal">It is no time.</exception>
    public static DateTimeOffset? Query(AdminContext context, string option)
    {
        if (context.Query(option) is not { } text)
        {
            return null;
        }

        // A plus sign that was not escaped has become a space.
        return DateTimeOffset.TryParseExact(text.Replace(' ', '+'), Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw new AdminRefusal(ProblemAnswer.InvalidOption(option, "expected a time such as 2026-01-31T12:00:00Z"));
    }
}
