using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh.Silo.Cli.Client;

/// <summary><c>mesh tokens create|list|revoke</c>: who may reach the Admin API by a token.</summary>
internal static class TokensCommand
{
    private const string Path = "access/tokens";

    private static readonly Dictionary<char, long> Units = new() { ['s'] = 1, ['m'] = 60, ['h'] = 3600, ['d'] = 86_400 };

    public static Command Create()
    {
        Command tokens = new("tokens", "Make, list and revoke tokens of the Admin API.");
        tokens.Subcommands.Add(CreateVerb());
        tokens.Subcommands.Add(ClientVerb.Create("list", "List tokens, without their text.", List));
        tokens.Subcommands.Add(RevokeVerb());
        return tokens;
    }

    private static Command CreateVerb()
    {
        Argument<string> name = new("name") { Description = "what history and audit call whoever uses it" };
        Option<string> role = new("--role") { Description = "what it may do", HelpName = "admin|operator|viewer|edge", Required = true };
        Option<string?> ttl = new("--ttl") { Description = "how long it is good, such as 12h or 90d (until it is revoked, unless set)" };
        Option<string?> workspace = new("--only-workspace") { Description = "the only workspace that it is good for" };
        Option<string?> tags = new("--only-tags") { Description = "only entities that bear one of these, separated by commas" };
        return ClientVerb.Create("create", "Make a token. Its text is printed once and kept nowhere.", Run, name, role, ttl, workspace, tags);

        async Task<int> Run(ParseResult parsed, ClientContext context, CancellationToken cancel)
        {
            JsonObject body = new() { ["name"] = parsed.GetValue(name), ["role"] = parsed.GetValue(role) };
            if (parsed.GetValue(ttl) is { } time)
            {
                body["ttl"] = Seconds(time);
            }

            if (parsed.GetValue(workspace) is { } only)
            {
                body["workspace"] = only;
            }

            if (parsed.GetValue(tags) is { } list)
            {
                body["tags"] = new JsonArray([.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(tag => (JsonNode)tag)]);
            }

            AdminReply reply = (await context.Admin.Send(HttpMethod.Post, Path, JsonContent.Create(body), [], cancel)).OrFail();
            context.Print(reply, output => output.WriteLine(reply.Body.GetProperty("token").GetString()));
            return ExitCodes.Success;
        }
    }

    private static Command RevokeVerb()
    {
        Argument<string> name = new("name") { Description = "name or id" };
        return ClientVerb.Create("revoke", "Make a token worthless, at once and everywhere.", Run, name);

        async Task<int> Run(ParseResult parsed, ClientContext context, CancellationToken cancel)
        {
            string token = parsed.GetValue(name)!;
            AdminReply reply = await context.Admin.Send(HttpMethod.Delete, $"{Path}/{Uri.EscapeDataString(token)}", body: null, [], cancel);
            if (reply.Status == StatusCodes.Status404NotFound)
            {
                throw new ClientFailure($"there is no token {token}");
            }

            reply.OrFail();
            context.Errors.WriteLine($"{token} is revoked.");
            return ExitCodes.Success;
        }
    }

    private static async Task<int> List(ParseResult parsed, ClientContext context, CancellationToken cancel)
    {
        AdminReply reply = (await context.Admin.Get(Path, cancel)).OrFail();
        context.Print(reply, output =>
        {
            foreach (JsonElement token in reply.Body.GetProperty("data").EnumerateArray())
            {
                output.WriteLine($"{Text(token, "name"),-24}  {Text(token, "role"),-8}  {Bounds(token)}expires {Text(token, "expires_at") ?? "never"}, last used {Text(token, "last_used_at") ?? "never"}");
            }
        });
        return ExitCodes.Success;
    }

    private static string Bounds(JsonElement token)
    {
        string[] bounds =
        [
            .. Text(token, "workspace") is { } workspace ? [$"workspace {workspace}"] : Array.Empty<string>(),
            .. token.GetProperty("tags").GetArrayLength() > 0 ? [$"tags {string.Join(',', token.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()))}"] : Array.Empty<string>(),
        ];
        return bounds.Length == 0 ? "" : $"{string.Join(", ", bounds)}, ";
    }

    private static string? Text(JsonElement token, string member) => token.GetProperty(member).GetString();

    private static long Seconds(string text)
    {
        long unit = text.Length > 0 && Units.TryGetValue(text[^1], out long named) ? named : 0;
        return long.TryParse(unit == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number is > 0 and < int.MaxValue
            ? number * Math.Max(unit, 1)
            : throw new ClientFailure($"--ttl {text}: expected a number with s, m, h or d behind it, such as 90d");
    }
}
