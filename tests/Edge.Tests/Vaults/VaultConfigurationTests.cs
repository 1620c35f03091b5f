using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Edge.Configuration;
using Mesh.Edge.Plugins;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;
using Mesh.Edge.Tests.Plugins.HttpLog;
using Mesh.Edge.Tests.Plugins.Logging;
using Mesh.Edge.Tests.Sync;

namespace Mesh.Edge.Tests.Vaults;

public sealed class VaultConfigurationTests
{
    private readonly Dictionary<string, string> environment = new() { ["TOKEN"] = "s3same", ["A_TOKEN"] = "from-a", ["B_TOKEN"] = "from-b" };
    private readonly SecretPlugin plugin = new();
    private readonly EdgeCompiler compiler;

    public VaultConfigurationTests() => compiler = new EdgeCompiler(new PluginCatalog([plugin]), _ => default, environment.GetValueOrDefault);

    [Fact]
    public void References_in_referenceable_fields_are_resolved_and_in_others_they_are_text()
    {
        EdgeSnapshot snapshot = Apply(compiler.Empty, Plugin(1, """
            {"token":"{vault://env/token}","plain":"{vault://env/token}","list":["a","{vault://env/token}"],
             "map":{"k":"{vault://env/token}"},"inner":{"token":"{vault://env/token}"} }
            """));
        Assert.Empty(snapshot.Problems);
        Assert.Equal(
            """{"token":"s3same","plain":"{vault://env/token}","list":["a","s3same"],"map":{"k":"s3same"},"inner":{"token":"s3same","port":80}}""",
            plugin.Built.GetRawText());

        // What the edge keeps, compares and reports is what was written.
        Assert.DoesNotContain("s3same", snapshot.Entities.Plugins.GetValueOrDefault(Documents.Id(1))!.Config.GetRawText());
    }

    [Fact]
    public void A_change_of_a_vault_reaches_who_uses_it_and_nobody_else()
    {
        EdgeSnapshot first = Apply(compiler.Empty, Vault(9, "mine", "A_"), Plugin(1, """{"token":"{vault://mine/token}"}"""));
        Assert.Equal("from-a", Token());
        EdgeSnapshot second = Apply(first, Vault(9, "mine", "B_"));
        Assert.Equal("from-b", Token());
        int builds = plugin.Builds;
        EdgeSnapshot third = Apply(second, Vault(8, "other", "A_"));
        Assert.Equal(builds, plugin.Builds);
        Assert.NotEqual(second.Entities.Fingerprint, third.Entities.Fingerprint);
        Apply(third, Plugin(1, """{"token":"{vault://env/token}"}"""), Vault(9, "mine", "A_"));
        builds = plugin.Builds;
        Assert.Equal("s3same", Token());
        Apply(compiler.Apply(third, 9, [Plugin(1, """{"token":"{vault://env/token}"}""")]), Vault(9, "mine", "A_"));
        Assert.Equal(builds + 1, plugin.Builds);
    }

    [Fact]
    public void What_cannot_be_resolved_is_empty_and_the_entitys_problem_until_it_can()
    {
        EdgeSnapshot first = Apply(compiler.Empty, Plugin(1, """{"token":"{vault://mine/token}"}"""));
        Assert.Equal("", Token());
        var problem = Assert.Single(first.Problems);
        Assert.Equal(
            (EntityKinds.Plugins, Documents.Id(1), "unable to resolve reference {vault://mine/token} (vault not found (mine))"),
            (problem.Kind, problem.Id, problem.Reason));
        EdgeSnapshot second = Apply(first, Vault(9, "mine", "A_"));
        Assert.Equal("from-a", Token());
        Assert.Empty(second.Problems);
        EdgeSnapshot third = Apply(second, Documents.Delete(EntityKinds.Vaults, 9));
        Assert.Equal("", Token());
        Assert.Single(third.Problems);
        Assert.Empty(Apply(third, Documents.Delete(EntityKinds.Plugins, 1)).Problems);
    }

    [Fact]
    public void A_whole_configuration_resolves_whatever_order_it_comes_in()
    {
        EntityChange[] entities = [Plugin(1, """{"token":"{vault://mine/token}"}"""), Vault(9, "mine", "B_")];
        EdgeSnapshot whole = compiler.Replace(compiler.Empty, 1, entities);
        Assert.Equal("from-b", Token());
        Assert.Empty(whole.Problems);
        EdgeSnapshot without = compiler.Replace(whole, 2, [entities[0]]);
        Assert.Equal("", Token());
        Assert.Single(without.Problems);
    }

    [Fact]
    public void A_plugin_that_quotes_its_settings_does_not_quote_secrets()
    {
        EdgeSnapshot snapshot = Apply(compiler.Empty, Plugin(1, """{"refused":"{vault://env/token}"}"""), Plugin(2, """{"refused":"plain text"}"""));
        Assert.Equal(
            ["'plain text' is not good", "a value from a vault does not fit the settings"],
            snapshot.Problems.Select(problem => problem.Reason).Order());
    }

    [Fact]
    public void Certificates_and_keys_come_from_vaults()
    {
        (environment["A_PAIR"], environment["B_PAIR"]) = (Pair("a.test"), Pair("b.test"));
        EntityChange certificate = Certificate(1, "{vault://mine/pair/cert}", "{vault://mine/pair/key}");
        EntityChange sni = Documents.Put(EntityKinds.Snis, 2, $$"""{"id":"{{Documents.Id(2)}}","name":"x.test","certificate":{"id":"{{Documents.Id(1)}}"} }""");
        EntityChange service = Documents.Service(3, extra: $$""","protocol":"https","client_certificate":{"id":"{{Documents.Id(1)}}"}""");
        EdgeSnapshot first = Apply(compiler.Empty, Vault(9, "mine", "A_"), certificate, sni, service);
        Assert.Empty(first.Problems);
        Assert.Equal("CN=a.test", first.Certificates.Find("x.test")!.Read().Chains[0].Leaf.Subject);
        EdgeSnapshot second = Apply(first, Vault(9, "mine", "B_"));
        Assert.Equal("CN=b.test", second.Certificates.Find("x.test")!.Read().Chains[0].Leaf.Subject);
        Assert.NotSame(first.Services.Find(Documents.Id(3)), second.Services.Find(Documents.Id(3)));
        EdgeSnapshot third = Apply(second, Documents.Delete(EntityKinds.Vaults, 9));
        Assert.Contains(third.Problems, problem => problem.Id == Documents.Id(1) && problem.Reason == "unable to resolve reference {vault://mine/pair/key} (vault not found (mine))");
        Assert.Null(third.Certificates.Find("x.test"));
        EdgeSnapshot fourth = Apply(third, Vault(9, "mine", "A_"));
        Assert.Empty(fourth.Problems);
        Assert.Equal("CN=a.test", fourth.Certificates.Find("x.test")!.Read().Chains[0].Leaf.Subject);
        Assert.DoesNotContain(fourth.Problems, problem => problem.Reason.Contains("PRIVATE", StringComparison.Ordinal));
    }

    /// <summary>With the process's own environment and a real server at the end.</summary>
    [Fact]
    public async Task A_secret_header_reaches_the_log_server_and_stands_nowhere_else()
    {
        const string variable = "VAULT_TEST_LOG_TOKEN";
        Environment.SetEnvironmentVariable(variable, "Bearer s3same");
        await using Collector collector = await Collector.Start();
        await using LogBench bench = await LogBench.Start(_ =>
        [
            Entities.Route(2, null).Put(),
            LogBench.Plugin(3, "request-termination", """{"status_code":204}"""),
            LogBench.Plugin(4, "http-log", $$$"""{"http_endpoint":"{{{collector.Url()}}}","headers":{"Authorization":"{vault://env/vault-test-log-token}"} }"""),
        ]);
        await bench.Gateway.GetAsync("/");
        await RunningCondition.Until(() => !collector.Taken.IsEmpty);
        var taken = Assert.Single(collector.Taken);
        Assert.Equal("Bearer s3same", taken.Headers.Authorization.ToString());
        Assert.DoesNotContain("s3same", taken.Body.ToJsonString());
        Assert.DoesNotContain("s3same", JsonSerializer.Serialize(bench.Gateway.Snapshot.Entities.Plugins.GetValueOrDefault(Entities.Id(4))!.Config));
    }

    private static EdgeSnapshot Apply(EdgeCompiler compiler, EdgeSnapshot old, EntityChange[] changes) => compiler.Apply(old, old.Revision + 1, changes);

    private EdgeSnapshot Apply(EdgeSnapshot old, params EntityChange[] changes) => Apply(compiler, old, changes);

    private string Token() => plugin.Built.GetProperty("token").GetString()!;

    private static EntityChange Plugin(int number, string config) =>
        Documents.Put(EntityKinds.Plugins, number, $$"""{"id":"{{Documents.Id(number)}}","name":"secret","config":{{config}},"service":{"id":"{{Documents.Id(100 + number)}}"} }""");

    private static EntityChange Vault(int number, string prefix, string variables) =>
        Documents.Put(EntityKinds.Vaults, number, $$"""{"id":"{{Documents.Id(number)}}","prefix":"{{prefix}}","name":"env","config":{"prefix":"{{variables}}","ttl":null} }""");

    private static EntityChange Certificate(int number, string cert, string key) =>
        Documents.Put(EntityKinds.Certificates, number, $$"""{"id":"{{Documents.Id(number)}}","cert":"{{cert}}","key":"{{key}}","cert_alt":null,"key_alt":null}""");

    private static string Pair(string name)
    {
        (string cert, string key) = TestCertificates.Pem(name);
        return JsonSerializer.Serialize(new { cert, key });
    }
}
