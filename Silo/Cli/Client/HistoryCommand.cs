using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Mesh.Silo.Cli.Client;

/// <summary><c>mesh history</c>: the commits, one of them, or what lies between two revisions.</summary>
internal static class HistoryCommand
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 1000;

    public static Command Create()
    {
        Argument<string?> revision = new("revision") { Description = "one commit (7), or what changed between two revisions (3..7)", Arity = ArgumentArity.ZeroOrOne };
        (Option<string?> Option, string Name)[] filters =
        [
            (new("--kind") { Description = "commits that touch entities of this kind, such as routes" }, "kind"),
            (new("--entity") { Description = "commits that touch the entity with this id" }, "entity"),
            (new("--author") { Description = "commits of this author" }, "author"),
            (new("--since") { Description = "commits from this time on (RFC 3339)" }, "since"),
            (new("--until") { Description = "commits up to this time (RFC 3339)" }, "until"),
        ];
        Option<int> limit = new("--limit") { Description = $"number of commits (1 to {MaxLimit})", DefaultValueFactory = _ => DefaultLimit };
        return ClientVerb.Create("history", "List commits, newest first, or show what one of them changed.", Run, [revision, .. filters.Select(filter => filter.Option), limit]);

        async Task<int> Run(ParseResult parsed, ClientContext context, CancellationToken cancel)
        {
            if (parsed.GetValue(revision) is { } shown)
            {
                return Show(context, (await context.Admin.Get($"commits/{Uri.EscapeDataString(shown)}", cancel)).OrFail());
            }

            string query = string.Concat(filters
                .Where(filter => parsed.GetValue(filter.Option) is not null)
                .Select(filter => $"&{filter.Name}={Uri.EscapeDataString(parsed.GetValue(filter.Option)!)}"));
            AdminReply reply = (await context.Admin.Get($"commits?size={parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)}{query}", cancel)).OrFail();
            context.Print(reply, output =>
            {
                foreach (JsonElement commit in reply.Body.GetProperty("data").EnumerateArray())
                {
                    output.WriteLine(Line(commit));
                }
            });
            return ExitCodes.Success;
        }
    }

    private static int Show(ClientContext context, AdminReply reply)
    {
        context.Print(reply, output =>
        {
            if (reply.Body.TryGetProperty("revision", out _))
            {
                output.WriteLine(Line(reply.Body));
            }

            ChangeLines.Write(output, reply.Body.GetProperty("changes"));
        });
        return ExitCodes.Success;
    }

    private static string Line(JsonElement commit)
    {
        JsonElement author = commit.GetProperty("author");
        string address = author.GetProperty("address").GetString() is { } from ? $"@{from}" : "";
        return $"{commit.GetProperty("revision"),8}  {commit.GetProperty("time").GetString()}  {author.GetProperty("name").GetString()}{address}  {commit.GetProperty("summary").GetString()}  ({commit.GetProperty("changes_count")})";
    }
}
