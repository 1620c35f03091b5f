using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Vaults;

namespace Mesh.Edge.Tests.Vaults;

public sealed class VaultResolverTests
{
    private readonly Dictionary<string, string> environment = new()
    {
        ["DB_PASSWORD"] = "sesame",
        ["DB_PASSWORD_PREVIOUS"] = "old",
        ["APP_DB_PASSWORD"] = "app",
        ["SSL_CERT"] = """{"pem":"chain","n":1,"a/b":"slashed"}""",
        ["BROKEN"] = """{"secret-half":""",
        ["LIST"] = """["secret"]""",
        ["EMPTY"] = "",
        ["MESH_EDGE_TOKEN"] = "token",
    };

    [Theory]
    [InlineData("{vault://env/db-password}", "sesame")]
    [InlineData("{vault://env/DB_PASSWORD}", "sesame")]
    [InlineData("{vault://env/db%5Fpassword}", "sesame")]
    [InlineData("{vault://env/db-password#1}", "sesame")]
    [InlineData("{vault://env/db-password#2}", "old")]
    [InlineData("{vault://env/password?prefix=db_}", "sesame")]
    [InlineData("{vault://app/db-password}", "app")]
    [InlineData("{vault://app/password?prefix=db-}", "sesame")]
    [InlineData("{vault://env/ssl-cert/pem}", "chain")]
    [InlineData("{vault://env/ssl-cert/a%2Fb}", "slashed")]
    [InlineData("{vault://env/ssl-cert/}", """{"pem":"chain","n":1,"a/b":"slashed"}""")]
    [InlineData("{vault://env/empty}", "")]
    public void A_reference_stands_for_a_variable(string reference, string value) =>
        Assert.Equal((value, null), (Resolve(reference).Value, Resolve(reference).Problem));

    [Theory]
    [InlineData("{vault://env/nothing}", "unable to load value (nothing) from vault (env): not found")]
    [InlineData("{vault://no-such/x}", "vault not found (no-such)")]
    [InlineData("{vault://other/x}", "vault not installed (hcv)")]
    [InlineData("{vault://env}", "reference url is missing path")]
    [InlineData("{vault:///x}", "reference url is missing host")]
    [InlineData("{vault://env/}", "reference url has empty path")]
    [InlineData("{vault://env/x#two}", "reference url has invalid version")]
    [InlineData("{vault://env/ssl-cert/none}", "vault (env) did not return value for resource 'ssl-cert' with a key of 'none'")]
    [InlineData("{vault://env/ssl-cert/n}", "invalid value received from vault (env) for resource 'ssl-cert' with a key of 'n': invalid type, string expected")]
    [InlineData("{vault://env/broken/x}", "unable to json decode value (broken) received from vault (env)")]
    [InlineData("{vault://env/list/x}", "unable to json decode value (list) received from vault (env): invalid type, object expected")]
    [InlineData("{vault://env/mesh-edge-token}", "variables that start with MESH_ are Mesh's own and not given out")]
    [InlineData("{vault://env/edge-token?prefix=mesh_}", "variables that start with MESH_ are Mesh's own and not given out")]
    public void What_cannot_be_resolved_is_empty_and_says_why(string reference, string reason)
    {
        Resolution resolution = Resolve(reference);
        Assert.Equal(("", $"unable to resolve reference {reference} ({reason})"), (resolution.Value, resolution.Problem));
        Assert.DoesNotContain("secret", resolution.ToString());
    }

    [Fact]
    public void Vaults_follow_their_changes()
    {
        Vault app = Vault("app", "env", "APP_");
        VaultResolver first = new VaultResolver(environment.GetValueOrDefault).Apply([new(app.Id, null, app)]);
        VaultResolver renamed = first.Apply([new(app.Id, app, app with { Prefix = "mine" })]);
        Assert.Equal("app", first.Resolve("{vault://app/db-password}").Value);
        Assert.Equal("app", renamed.Resolve("{vault://mine/db-password}").Value);
        Assert.NotNull(renamed.Resolve("{vault://app/db-password}").Problem);
        Assert.NotNull(renamed.Apply([new(app.Id, app with { Prefix = "mine" }, null)]).Resolve("{vault://mine/db-password}").Problem);
    }

    [Fact]
    public void A_resolution_does_not_show_its_value() => Assert.Equal("resolved", Resolve("{vault://env/db-password}").ToString());

    private static Vault Vault(string prefix, string kind, string? variables) =>
        new() { Id = Guid.NewGuid(), Prefix = prefix, Name = kind, Config = new VaultConfig(variables) };

    private Resolution Resolve(string reference)
    {
        Vault[] vaults = [Vault("app", "env", "APP_"), Vault("other", "hcv", null)];
        return new VaultResolver(environment.GetValueOrDefault)
            .Apply([.. vaults.Select(vault => new Changed<Vault>(vault.Id, null, vault))])
            .Resolve(reference);
    }
}
