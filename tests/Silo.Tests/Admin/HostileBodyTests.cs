using System.Text;
using CsCheck;

namespace Mesh.Silo.Tests.Admin;

/// <summary>Whatever is sent, there is no 500, and what was refused changed nothing.</summary>
[Collection<AdminCollection>]
public class HostileBodyTests(AdminFixture admin)
{
    private const int Requests = 400;

    private static readonly string[] Names =
    [
        "name", "id", "host", "paths", "protocols", "config", "service", "tags", "created_at", "username", "key", "cert", "snis", "headers", "jwk", "pem", "url", "target",
        "weight", "healthchecks", "sources", "port", "retries", "consumer", "group", "prefix", "@entity", "", "\u0000", "$ref", "methods", "custom_id", "ttl", "kid", "set",
        "upstream", "algorithm", "hash_on", "instance_name", "client_certificate",
    ];

    private static readonly string[] Paths = [.. KindSample.All.Select(sample => sample.Path).Where(path => !path.Contains('{', StringComparison.Ordinal)), "/plugins", "/acls", "/key-auths", "/basic-auths", "/config"];

    private static readonly Gen<string> Leaf = Gen.OneOf(
        Gen.OneOf(
            "null", "true", "-1", "0", "65536", "1e999", "-1e999", "1.5", "123456789012345678901234567890", "\"\"", "\"/a\"", "\"~/(\"", "\"~/a(?=b)\"", "\"http://[::1\"", "\"*\"",
            "\"*.*\"", "\"\\u0000\"", "\"a b\"", "\"http\"", "\"key-auth\"", "\"request-termination\"", "\"00000000-0000-0000-0000-000000000000\"", "[]", "{}", "\"-----BEGIN CERTIFICATE-----\"",
            "\"{vault://env/x}\"", "\"{\"", "\"{}\"", "\"3.0\""),
        Gen.String[Gen.Char, 0, 8].Select(text => System.Text.Json.JsonSerializer.Serialize(text)));

    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, value) => depth > 3
        ? Leaf
        : Gen.Frequency(
            (4, Leaf),
            (1, value.Array[0, 3].Select(values => $"[{string.Join(',', values)}]")),
            (2, Members(value))));

    [Fact]
    public void Random_objects()
    {
        Gen<(string, string, string)> requests = Gen.Select(Gen.OneOf("POST", "PUT", "PATCH"), Gen.OneOf(Paths), Members(Value));
        requests.Sample(request => Send(request.Item1, request.Item2, Encoding.UTF8.GetBytes(request.Item3), "application/json"), iter: Requests, threads: 1);
    }

    [Fact]
    public void Random_bytes_under_every_type()
    {
        Gen<(string, byte[], string)> requests = Gen.Select(
            Gen.OneOf(Paths),
            Gen.Byte.Array[0, 64],
            Gen.OneOf("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/yaml"));
        requests.Sample(request => Send("POST", request.Item1, request.Item2, request.Item3), iter: Requests, threads: 1);
    }

    [Fact]
    public void Random_forms()
    {
        Gen<string> name = Gen.Select(Gen.OneOf(Names), Gen.OneOf("", "[]", "[1]", "[k]", ".a", "[1].ip", "[", "]", "[9999999999]", "..", "[-1]"), (first, rest) => first + rest);
        Gen<string> form = Gen.Select(name, Leaf, (n, v) => $"{Uri.EscapeDataString(n)}={Uri.EscapeDataString(v.Trim('"'))}").Array[0, 6].Select(pairs => string.Join('&', pairs));
        Gen.Select(Gen.OneOf(Paths), form).Sample(request => Send("POST", request.Item1, Encoding.UTF8.GetBytes(request.Item2), "application/x-www-form-urlencoded"), iter: Requests, threads: 1);
    }

    [Fact]
    public void Random_changes_of_good_entities()
    {
        // A body that is good but for one member.
        Gen<(KindSample, string, string)> requests = Gen.Select(Gen.OneOf([.. KindSample.All.Where(sample => sample.Parent is null)]), Gen.OneOf(Names), Value);
        requests.Sample(request =>
        {
            KindSample sample = request.Item1.Numbered(admin.NextNumber(), "");
            string body = $"{sample.Body[..^1]},{System.Text.Json.JsonSerializer.Serialize(request.Item2)}:{request.Item3}}}";
            Send("POST", sample.Path, Encoding.UTF8.GetBytes(body), "application/json");
        }, iter: Requests, threads: 1);
    }

    private static Gen<string> Members(Gen<string> value) =>
        Gen.Select(Gen.OneOf(Names), value, (name, text) => $"{System.Text.Json.JsonSerializer.Serialize(name)}:{text}").Array[0, 5].Select(members => $"{{{string.Join(',', members)}}}");

    /// <summary>CsCheck is synchronous; the requests follow each other, so that the revision tells what each of them did.</summary>
    private void Send(string method, string path, byte[] body, string type)
    {
        bool keyed = method != "POST" && path != "/config";
        Task<Reply> exchange = Task.Run(async () =>
        {
            long before = await admin.Client.Revision();
            Reply reply = await admin.Client.Send(new HttpMethod(method), keyed ? $"{path}/hostile" : path, body, type);
            Assert.True((int)reply.Status < 500, $"{method} {path} {Encoding.UTF8.GetString(body)}: {(int)reply.Status} {reply.Text}");
            long after = await admin.Client.Revision();
            Assert.True((int)reply.Status < 400 ? after <= before + 1 : after == before, $"{method} {path} {Encoding.UTF8.GetString(body)}: {(int)reply.Status}, revision {before} → {after}");
            return reply;
        });
        _ = exchange.GetAwaiter().GetResult();
    }
}
