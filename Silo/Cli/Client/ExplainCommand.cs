using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Mesh.Silo.Cli.Client;

/// <summary><c>mesh explain URL</c>: what would become of a request.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        Argument<string> url = new("url") { Description = "such as https://shop.example.com/orders?id=1" };
        Option<string> method = new("--method", "-X") { Description = "request method", DefaultValueFactory = _ => "GET" };
        Option<string[]> header = new("--header", "-H") { Description = "request header 'name: value'; may be given several times" };
        Option<string?> client = new("--client-address") { Description = "IP address that the request comes from" };
        Option<string?> destination = new("--destination-address") { Description = "IP address that the client connects to" };
        Option<string?> consumer = new("--consumer") { Description = "id or username of the authenticated consumer" };
        return ClientVerb.Create("explain", "Tell which route a request would take and why, without sending anything.", Run, url, method, header, client, destination, consumer);

        async Task<int> Run(ParseResult parsed, ClientContext context, CancellationToken cancel)
        {
            JsonObject request = Request(parsed.GetValue(url)!, parsed.GetValue(header) ?? []);
            request["method"] = parsed.GetValue(method);
            request["client_address"] = parsed.GetValue(client);
            if (parsed.GetValue(destination) is { } address)
            {
                request["destination_address"] = address;
            }

            request["consumer"] = parsed.GetValue(consumer);
            AdminReply reply = (await context.Admin.Send(HttpMethod.Post, "explain", JsonContent.Create(request), [], cancel)).OrFail();
            context.Print(reply, output => ExplainLines.Write(output, reply.Body));
            return ExitCodes.Success;
        }
    }

    private static JsonObject Request(string url, string[] headers)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? target) || target.Scheme is not ("http" or "https"))
        {
            throw new ClientFailure($"'{url}' is not an http or https URL");
        }

        // The path must arrive as it was typed: normalizing it is part of what is explained.
        string afterScheme = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..];
        int slash = afterScheme.IndexOfAny(['/', '?']);
        string path = slash < 0 ? "/" : afterScheme[slash..];
        JsonObject fields = [];
        foreach (string header in headers)
        {
            int colon = header.IndexOf(':');
            if (colon < 1)
            {
                throw new ClientFailure($"'{header}' is not a header: write 'name: value'");
            }

            string name = header[..colon].Trim();
            if (fields[name] is not JsonArray values)
            {
                fields[name] = values = [];
            }

            values.Add(header[(colon + 1)..].Trim());
        }

        return new JsonObject
        {
            ["scheme"] = target.Scheme,
            ["host"] = target.Host,
            ["port"] = target.Port,
            ["path"] = path.StartsWith('?') ? "/" + path : path.Split('#')[0],
            ["headers"] = fields,
        };
    }
}
