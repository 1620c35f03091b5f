using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Explain;
using Mesh.Grains.Schemas;
using Mesh.Grains.Validation;
using Microsoft.Extensions.Primitives;

namespace Mesh.Silo.Admin.Explain;

/// <summary>The body of <c>POST /explain</c>: declared like an entity, so that checks, messages and documentation are the same.</summary>
internal static class ExplainBody
{
    private const int MaxPathLength = 8 * 1024;
    private const int MaxHostLength = 261;
    private const int MaxHeaders = 100;
    private const int MaxHeaderLength = 8 * 1024;

    public static EntitySchema Schema { get; } = new()
    {
        Kind = "explain",
        AdminName = "explain",
        Fields =
        [
            Field.String("method") with { Default = "\"GET\"", LenMax = 64, Match = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", Description = "Case-sensitive." },
            Field.String("scheme") with { Default = "\"http\"", OneOf = ["http", "https"], Description = "What the client speaks to Mesh." },
            Field.String("host") with { Required = true, LenMax = MaxHostLength, Check = HostProblem, Description = "The Host header, with or without a port." },
            Field.Integer("port") with { Min = 1, Max = IPEndPoint.MaxPort, Description = "The port that the client connects to; 80 or 443 by the scheme when null." },
            Field.String("path") with { Default = "\"/\"", LenMax = MaxPathLength, Description = "As on the wire: percent-encoded, with the query." },
            Field.Map("headers", Name(), Field.Array("values", Value())) with { LenMax = MaxHeaders, Description = "Without Host. A name may have several values." },
            Field.String("client_address") with { Default = "\"127.0.0.1\"", Check = AddressProblem, Description = "The other end of the connection: the client, or the proxy in front of Mesh." },
            Field.Integer("client_port") with { Min = 1, Max = IPEndPoint.MaxPort, Description = "Its port, for routes with sources that name one." },
            Field.String("destination_address") with { Default = "\"127.0.0.1\"", Check = AddressProblem, Description = "Where the client wanted to go, for routes with destinations." },
            Field.String("sni") with { LenMin = 0, LenMax = MaxHostLength, Description = "Server name of the TLS handshake; when null that of host, when empty none." },
            Field.String("http_version") with { Default = "\"1.1\"", OneOf = ["1.1", "2"] },
            Field.String("consumer") with { LenMax = 1024, Description = "Id or username of the consumer that the authentication plugins are assumed to find." },
        ],
    };

    private static readonly RecordRule Rule = new(Schema.Fields, []);

    /// <summary>Checks a body. On success <paramref name="errors"/> stays empty.</summary>
    /// <returns>The request, its consumer not yet looked up, and the key of the consumer.</returns>
    public static (ExplainRequest Request, string? Consumer)? Read(JsonObject body, EntitySchemas schemas, ErrorTree errors)
    {
        JsonObject given = new ValueNormalizer(schemas, null).Record(Rule, body, errors);
        if (!errors.IsEmpty)
        {
            return null;
        }

        bool secure = Text(given, "scheme") == "https";
        int own = secure ? 443 : 80;
        int port = given["port"] is { } number ? (int)number.GetValue<long>() : own;
        string host = Text(given, "host")!;
        HeaderDictionary headers = [];
        foreach ((string name, JsonNode? values) in given["headers"] as JsonObject ?? [])
        {
            headers[name] = new StringValues([.. values!.AsArray().Select(value => value!.GetValue<string>().Trim(' ', '\t'))]);
        }

        ExplainRequest request = new()
        {
            Method = Text(given, "method")!,
            Secure = secure,
            Host = port == own || HasPort(host) ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}"),
            Port = port,
            Target = Text(given, "path")!,
            Headers = headers,
            ClientAddress = IPAddress.Parse(Text(given, "client_address")!),
            ClientPort = given["client_port"] is { } clientPort ? (int)clientPort.GetValue<long>() : 0,
            DestinationAddress = IPAddress.Parse(Text(given, "destination_address")!),
            Sni = secure ? Sni(Text(given, "sni"), host) : null,
            Http2 = Text(given, "http_version") == "2",
        };
        return (request, Text(given, "consumer"));
    }

    private static Field Name() => Field.String("name") with
    {
        LenMax = 256,
        Match = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
        Check = value => value.GetValue<string>().Equals("host", StringComparison.OrdinalIgnoreCase) ? "the Host header is given as 'host'" : null,
    };

    private static Field Value() => Field.String("value") with
    {
        LenMin = 0,
        LenMax = MaxHeaderLength,
        Check = value => value.GetValue<string>().Any(c => c is (< ' ' and not '\t') or '\x7f') ? "a header value has no control characters" : null,
    };

    private static string? Text(JsonObject body, string name) => body[name]?.GetValue<string>();

    /// <summary>What a client sends: the name that it asks for, but never an address.</summary>
    private static string? Sni(string? given, string host)
    {
        string name = given ?? (HasPort(host) ? host[..host.LastIndexOf(':')] : host);
        return name.Length == 0 || (given is null && IPAddress.TryParse(name.Trim('[', ']'), out _)) ? null : name.Length > 1 ? name.TrimEnd('.') : name;
    }

    private static bool HasPort(string host) => host.LastIndexOf(':') > host.LastIndexOf(']');

    private static string? HostProblem(JsonNode value)
    {
        string host = value.GetValue<string>();
        string name = host;
        if (HasPort(host))
        {
            int colon = host.LastIndexOf(':');
            name = host[..colon];
            if (!int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > IPEndPoint.MaxPort)
            {
                return "invalid value: the port is not a number between 1 and 65535";
            }
        }

        return Uri.CheckHostName(name) == UriHostNameType.Unknown || (name.Contains(':', StringComparison.Ordinal) && name[0] != '[') ? $"invalid value: {name}" : null;
    }

    private static string? AddressProblem(JsonNode value) =>
        IPAddress.TryParse(value.GetValue<string>(), out _) ? null : $"invalid ip address: {value.GetValue<string>()}";
}
