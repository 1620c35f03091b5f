using System.Globalization;
using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.History;

/// <summary><c>/commits</c>: what was changed, when, by whom; one commit; what differs between two revisions.</summary>
internal static class CommitEndpoints
{
    private const string Between = "..";

    public static AdminResource All { get; } = new() { Get = List };

    /// <param name="which">A revision, or two with <c>..</c> between them.</param>
    public static AdminResource One(string which) => new() { Get = context => Read(context, which) };

    /// <summary>Of a path; null for what cannot be one.</summary>
    public static long? Revision(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long revision) ? revision : null;

    private static async Task<AdminAnswer> List(AdminContext context)
    {
        CommitPage page = await context.History.List(CommitArguments.Read(context));
        return PageAnswer.Of(context, page.Head, page.Commits, PageAnswer.Offset(page.Next), ChangeJson.WriteHeader);
    }

    private static async Task<AdminAnswer> Read(AdminContext context, string which)
    {
        int between = which.IndexOf(Between, StringComparison.Ordinal);
        if (between >= 0)
        {
            return Revision(which[..between]) is { } from && Revision(which[(between + Between.Length)..]) is { } to
                ? await Diff(context, from, to)
                : AdminAnswer.Message(StatusCodes.Status404NotFound, $"'{which}' names no two revisions, as 7..9 does");
        }

        if (Revision(which) is not { } revision)
        {
            return AdminAnswer.Message(StatusCodes.Status404NotFound, $"'{which}' is no revision");
        }

        HistoryReading reading = await context.History.Read(revision);
        return HistoryRefusal.Of(reading, revision, revision) ?? AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            ChangeJson.WriteHeader(json, reading.Header!);
            new ChangeJson(context.Schemas).WriteArray(json, reading.Changes);
        }) with { Revision = reading.Head };
    }

    private static async Task<AdminAnswer> Diff(AdminContext context, long from, long to)
    {
        HistoryReading reading = await context.History.Diff(from, to);
        return HistoryRefusal.Of(reading, Math.Min(from, to), Math.Max(from, to)) ?? AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteNumber("from", from);
            json.WriteNumber("to", to);
            new ChangeJson(context.Schemas).WriteArray(json, reading.Changes);
        }) with { Revision = reading.Head };
    }
}
