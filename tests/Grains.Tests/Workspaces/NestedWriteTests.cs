using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;
using Mesh.Grains.Schemas;
using static Mesh.Grains.Tests.Workspaces.TestWorkspace;

namespace Mesh.Grains.Tests.Workspaces;

/// <summary>Writes below a parent, as Kong's clients do them.</summary>
public sealed class NestedWriteTests
{
    private const string Id = "11111111-2222-4333-8444-555555555555";
    private static readonly EntityParent Alice = new("consumer", "consumers", "alice");
    private static readonly EntityParent Bob = new("consumer", "consumers", "bob");

    [Theory]
    [InlineData(Id)]
    [InlineData("k")]
    public void A_put_below_another_parent_moves_the_entity(string key)
    {
        var workspace = WithConsumers();
        workspace.Commit(Put("keyauth_credentials", Id, """{"key":"k"}""", Alice));

        var moved = workspace.Commit(Put("keyauth_credentials", key, """{"key":"k"}""", Bob));

        Assert.Empty(moved.Problems);
        Assert.Equal(Id, (string?)workspace.Get("keyauth_credentials", "k", Bob)["id"]);
        Assert.Null(workspace.State.Read("keyauth_credentials", "k", Alice).Document);
    }

    [Fact]
    public void A_password_that_moves_is_hashed_for_its_new_owner()
    {
        var workspace = WithConsumers();
        workspace.Commit(Put("basicauth_credentials", Id, """{"username":"u","password":"p"}""", Alice));

        workspace.Commit(Put("basicauth_credentials", Id, """{"username":"u","password":"p"}""", Bob));

        var stored = workspace.Get("basicauth_credentials", Id);
        Assert.Equal(PasswordHash.Of("p", Guid.Parse((string)stored["consumer"]!["id"]!)), (string?)stored["password"]);
    }

    [Fact]
    public void A_patch_below_a_parent_leaves_the_parent_unless_the_body_names_another()
    {
        var workspace = WithConsumers();
        workspace.Commit(Put("keyauth_credentials", Id, """{"key":"k"}""", Alice));

        workspace.Commit(Patch("keyauth_credentials", Id, """{"tags":["a"]}""", Alice));
        Assert.Equal("k", (string?)workspace.Get("keyauth_credentials", Id, Alice)["key"]);

        workspace.Commit(Patch("keyauth_credentials", Id, """{"consumer":{"username":"bob"}}""", Alice));
        Assert.Equal("k", (string?)workspace.Get("keyauth_credentials", Id, Bob)["key"]);
        Assert.NotEmpty(workspace.Plan(false, Patch("keyauth_credentials", Id, "{}", Alice)).Problems);
    }

    [Fact]
    public void A_patch_below_a_parent_can_clear_another_scope_of_a_plugin()
    {
        var workspace = new TestWorkspace();
        workspace.Made("services", """{"name":"s","host":"h"}""");
        workspace.Made("routes", """{"name":"r","paths":["/"]}""");
        EntityParent service = new("service", "services", "s");
        var plugin = (string)workspace.Made("plugins", """{"name":"key-auth","route":{"name":"r"}}""", service)["id"]!;

        workspace.Commit(Patch("plugins", plugin, """{"route":null}""", service));

        var stored = workspace.Get("plugins", plugin, service);
        Assert.Null(stored["route"]);
        Assert.NotNull(stored["service"]);
    }

    private static TestWorkspace WithConsumers()
    {
        var workspace = new TestWorkspace();
        workspace.Made("consumers", """{"username":"alice"}""");
        workspace.Made("consumers", """{"username":"bob"}""");
        return workspace;
    }
}
