using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using static Mesh.Grains.Tests.Workspaces.TestCertificates;
using static Mesh.Grains.Tests.Workspaces.TestWorkspace;

namespace Mesh.Grains.Tests.Workspaces;

public sealed class CertificatePlanTests
{
    private static readonly string Good = Body(Rsa.Cert, Rsa.Key);

    [Fact]
    public void The_snis_of_a_certificate_are_entities_and_a_view()
    {
        var workspace = new TestWorkspace();
        var certificate = workspace.Made("certificates", Body(Rsa.Cert, Rsa.Key, "\"b.test\",\"*.a.test\""));
        var id = (string)certificate["id"]!;

        Assert.Equal("""["*.a.test","b.test"]""", certificate["snis"]!.ToJsonString());
        Assert.Equal(id, (string)workspace.Get("snis", "b.test")["certificate"]!["id"]!);
        Assert.Equal(id, (string)workspace.Get("certificates", "b.test")["id"]!);

        var patched = workspace.Commit(Patch("certificates", id, """{"snis":["b.test","c.test"]}"""));
        Assert.Equal("""["b.test","c.test"]""", JsonNode.Parse(patched.Results[0].Document!)!["snis"]!.ToJsonString());
        Assert.Null(workspace.State.Read("snis", "*.a.test", null).Document);
        Assert.DoesNotContain("snis", System.Text.Encoding.UTF8.GetString(workspace.State.Capture().Single(entity => entity.Kind == "certificates").Document!), StringComparison.Ordinal);

        workspace.Commit(Put("certificates", id, Good));
        Assert.NotNull(workspace.State.Read("snis", "c.test", null).Document);
        workspace.Commit(Delete("certificates", id));
        Assert.Empty(workspace.State.Capture());
    }

    [Fact]
    public void An_sni_belongs_to_one_certificate()
    {
        var workspace = new TestWorkspace();
        var id = (string)workspace.Made("certificates", Body(Rsa.Cert, Rsa.Key, "\"a.test\""))["id"]!;

        Assert.Equal($"schema violation (snis: a.test already associated with existing certificate '{id}')", workspace.Refused("certificates", Body(OtherRsa.Cert, OtherRsa.Key, "\"a.test\"")).Message);
        Assert.Equal("schema violation (snis: b.test is duplicated)", workspace.Refused("certificates", Body(OtherRsa.Cert, OtherRsa.Key, "\"b.test\",\"b.test\"")).Message);
        Assert.Equal("schema violation (snis.1: wildcard must be leftmost or rightmost character)", workspace.Refused("certificates", Body(OtherRsa.Cert, OtherRsa.Key, "\"a*b\"")).Message);
    }

    [Fact]
    public void A_certificate_must_match_its_key()
    {
        var workspace = new TestWorkspace();

        Assert.Equal("schema violation (certificate does not match key)", workspace.Refused("certificates", Body(Rsa.Cert, OtherRsa.Key)).Message);
        Assert.Equal("schema violation (certificate does not match key)", workspace.Refused("certificates", Body(Rsa.Cert, Ecdsa.Key)).Message);
        Assert.StartsWith("2 schema violations (cert: invalid certificate: ", workspace.Refused("certificates", Body("x", "y")).Message, StringComparison.Ordinal);
        Assert.Equal("2 schema violations (cert: required field missing; key: required field missing)", workspace.Refused("certificates", "{}").Message);
        workspace.Made("certificates", Body(Ecdsa.Cert, Ecdsa.Key));
        workspace.Made("certificates", """{"cert":"{vault://env/cert}","key":"{vault://env/key}"}""");
    }

    [Fact]
    public void An_alternative_certificate_is_whole_and_of_another_type()
    {
        var workspace = new TestWorkspace();
        string With(string cert, string key) => $$"""{"cert":{{Quote(Rsa.Cert)}},"key":{{Quote(Rsa.Key)}},"cert_alt":{{Quote(cert)}},"key_alt":{{Quote(key)}}}""";

        workspace.Made("certificates", With(Ecdsa.Cert, Ecdsa.Key));
        Assert.Contains("certificate and alternative certificate need to have different type", workspace.Refused("certificates", With(OtherRsa.Cert, OtherRsa.Key)).Message, StringComparison.Ordinal);
        Assert.Equal("schema violation (alternative certificate does not match key)", workspace.Refused("certificates", With(Ecdsa.Cert, Rsa.Key)).Message);
        Assert.Equal(
            "schema violation (all or none of these fields must be set: 'cert_alt', 'key_alt')",
            workspace.Refused("certificates", $$"""{"cert":{{Quote(Rsa.Cert)}},"key":{{Quote(Rsa.Key)}},"key_alt":{{Quote(Ecdsa.Key)}}}""").Message);
    }

    [Fact]
    public void A_CA_certificate_is_one_valid_authority_and_stays_while_in_use()
    {
        var workspace = new TestWorkspace();
        var made = workspace.Made("ca_certificates", Ca(Authority.Cert));
        var id = (string)made["id"]!;
        var service = workspace.Made("services", $$"""{"name":"s","host":"h","protocol":"https","ca_certificates":["{{id.ToUpperInvariant()}}"]}""");

        Assert.Matches("^[0-9a-f]{64}$", (string)made["cert_digest"]!);
        Assert.Equal(ProblemCode.UniqueViolation, workspace.Refused("ca_certificates", Ca(Authority.Cert)).Code);
        Assert.Equal("schema violation (please submit only one certificate at a time)", workspace.Refused("ca_certificates", Ca(Authority.Cert + Rsa.Cert)).Message);
        Assert.Equal("schema violation (certificate expired, \"Not After\" time is in the past)", workspace.Refused("ca_certificates", Ca(Expired.Cert)).Message);
        Assert.Equal("schema violation (certificate does not appear to be a CA because it is missing the \"CA\" basic constraint)", workspace.Refused("ca_certificates", Ca(Rsa.Cert)).Message);

        var used = Assert.Single(workspace.Plan(false, Delete("ca_certificates", id)).Problems);
        Assert.Equal((ProblemCode.ReferencedByOthers, $"ca certificate {id} is still referenced by services (id = {(string)service["id"]!})"), (used.Code, used.Message));
        Assert.Empty(workspace.Plan(false, Delete("services", "s"), Delete("ca_certificates", id)).Problems);
    }

    [Fact]
    public void The_halves_of_a_PEM_key_must_belong_together()
    {
        var workspace = new TestWorkspace();
        string Key(string? privateKey, string? publicKey) =>
            $$"""{"kid":"1","pem":{"private_key":{{(privateKey is null ? "null" : Quote(privateKey))}},"public_key":{{(publicKey is null ? "null" : Quote(publicKey))}} } }""";

        using var rsa = System.Security.Cryptography.RSA.Create();
        rsa.ImportFromPem(Rsa.Key);
        var own = rsa.ExportSubjectPublicKeyInfoPem();

        workspace.Made("keys", Key(Rsa.Key, own));
        Assert.Equal("""UNIQUE violation detected on '{kid="1",set=null}'""", workspace.Refused("keys", Key(null, own)).Message);
        Assert.Equal("schema violation (public key does not match private key)", workspace.Refused("keys", Key(OtherRsa.Key, own)).Message);
        Assert.Equal("schema violation (need to supply a PEM formatted public and/or private key.)", workspace.Refused("keys", Key(null, null)).Message);
        Assert.Equal("2 schema violations (pem.private_key: could not load private key; pem.public_key: could not load public key)", workspace.Refused("keys", Key("x", "y")).Message);
    }

    private static string Ca(string cert) => $$"""{"cert":{{Quote(cert)}}}""";

    private static string Body(string cert, string key, string? snis = null) =>
        $$"""{"cert":{{Quote(cert)}},"key":{{Quote(key)}}{{(snis is null ? "" : $",\"snis\":[{snis}]")}}}""";
}
