using System.Security.Cryptography;
using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Tests.Forwarding;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Plugins.BasicAuth;

/// <summary>key-auth, basic-auth and acl together, over real sockets.</summary>
public sealed class SeveralAuthenticationsTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Key = "apikey: s3cret\r\n";
    private const string Login = "Authorization: Basic Ym9iOnB3\r\n";
    private const string WrongLogin = "Authorization: Basic Ym9iOnB4\r\n";
    private const string Or = """{"anonymous":"stranger","hide_credentials":true}""";

    private static readonly EntityChange[] People =
    [
        new Consumer { Id = Entities.Id(11), Username = "alice" }.Put(),
        new Consumer { Id = Entities.Id(12), Username = "bob" }.Put(),
        new Consumer { Id = Entities.Id(13), Username = "stranger" }.Put(),
        new KeyAuthCredential { Id = Entities.Id(21), Consumer = Entities.Ref(11), Key = "s3cret" }.Put(),
        new BasicAuthCredential { Id = Entities.Id(22), Consumer = Entities.Ref(12), Username = "bob", Password = Stored("pw", Entities.Id(12)) }.Put(),
        new Abstractions.Entities.Acl { Id = Entities.Id(31), Consumer = Entities.Ref(11), Group = "staff" }.Put(),
        new Abstractions.Entities.Acl { Id = Entities.Id(32), Consumer = Entities.Ref(12), Group = "guests" }.Put(),
    ];

    [Theory]
    [InlineData("{}", Key + Login, 200, "bob")]
    [InlineData("{}", Key, 401, null)]
    [InlineData("{}", Login, 401, null)]
    [InlineData("{}", Key + WrongLogin, 401, null)]
    [InlineData(Or, Key + Login, 200, "alice")]
    [InlineData(Or, Key, 200, "alice")]
    [InlineData(Or, Login, 200, "bob")]
    [InlineData(Or, WrongLogin, 200, "stranger")]
    [InlineData(Or, "X-Consumer-Username: alice\r\nX-Credential-Identifier: 1\r\n", 200, "stranger")]
    public async Task All_must_be_satisfied_or_with_an_anonymous_consumer_one(string config, string headers, int status, string? consumer)
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await PluginGateway.StartAsync(upstream.Port, People, ("key-auth", config), ("basic-auth", config));
        string answer = await gateway.GetAsync("/", headers);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        if (status != 200)
        {
            Assert.Equal(headers.Contains(Key, StringComparison.Ordinal) ? "Basic realm=\"service\"" : "Key", RawHead.Value(answer, "WWW-Authenticate"));
            Assert.Empty(upstream.Heads);
            return;
        }

        string head = Assert.Single(upstream.Heads);
        Assert.Equal(consumer, RawHead.Value(head, "X-Consumer-Username"));
        Assert.Equal(consumer == "stranger" ? "true" : null, RawHead.Value(head, "X-Anonymous-Consumer"));
        Assert.Equal(consumer == "stranger", RawHead.Value(head, "X-Credential-Identifier") is null);
    }

    [Theory]
    [InlineData(Key, 200, "staff")]
    [InlineData(Login, 403, null)]
    [InlineData("", 401, null)]
    public async Task Groups_are_those_of_whoever_was_named(string headers, int status, string? groups)
    {
        await using RawUpstream upstream = RawUpstream.Answering(Ok);
        await using TestGateway gateway = await PluginGateway.StartAsync(
            upstream.Port, People, ("key-auth", Or), ("basic-auth", Or), ("acl", """{"allow":["staff"]}"""));
        string answer = await gateway.GetAsync("/", headers + "X-Consumer-Groups: root\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(groups, upstream.Heads.Select(head => RawHead.Value(head, "X-Consumer-Groups")).SingleOrDefault());
    }

    private static string Stored(string password, Guid consumer) =>
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(password + consumer)));
}
