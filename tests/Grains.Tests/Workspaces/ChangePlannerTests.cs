using System.Text;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using static Mesh.Grains.Tests.Workspaces.TestWorkspace;

namespace Mesh.Grains.Tests.Workspaces;

public sealed class ChangePlannerTests
{
    private const string Id = "11111111-2222-4333-8444-555555555555";
    private static readonly EntityParent ServiceA = new("service", "services", "a");

    [Fact]
    public void A_created_entity_has_every_field_in_order_with_defaults()
    {
        var workspace = new TestWorkspace();

        var planned = workspace.Commit(Create("services", $$"""{"id":"{{Id}}","name":"a","host":"h"}"""));

        Assert.Equal(
            $$"""{"id":"{{Id}}","created_at":1700000000,"updated_at":1700000000,"name":"a","retries":5,"protocol":"http","host":"h","port":80,"path":null,"connect_timeout":60000,"write_timeout":60000,"read_timeout":60000,"tags":null,"client_certificate":null,"tls_verify":null,"tls_verify_depth":null,"ca_certificates":null,"enabled":true,"proxy_protocol":null,"preserve_source":false}""",
            Encoding.UTF8.GetString(planned.Results[0].Document!));
        Assert.True(planned.Results[0].Created);
        Assert.Same(planned.Changes[0].Document, planned.Results[0].Document);
        Assert.Null(planned.Previous[0].Document);
    }

    [Fact]
    public void Planning_alters_nothing()
    {
        var workspace = new TestWorkspace();

        workspace.Plan(false, Create("services", """{"name":"a","host":"h"}"""));

        Assert.Empty(workspace.State.Capture());
        Assert.Equal(0, workspace.State.Revision);
    }

    [Theory]
    [InlineData("http://example.com/x", "http", "example.com", 80, "/x")]
    [InlineData("https://example.com", "https", "example.com", 443, null)]
    [InlineData("grpc://example.com:9000", "grpc", "example.com", 9000, null)]
    [InlineData("//example.com:443/y?z=1", "https", "example.com", 443, "/y")]
    [InlineData("http://u:p@example.com:8080", "http", "example.com", 8080, null)]
    [InlineData("http://[::1]:8080/", "http", "[::1]", 8080, "/")]
    public void A_service_url_stands_for_its_parts(string url, string protocol, string host, int port, string? path)
    {
        var service = new TestWorkspace().Made("services", $$"""{"url":"{{url}}","port":1}""");

        Assert.Equal((protocol, host, port, path), ((string?)service["protocol"], (string?)service["host"], (int)service["port"]!, (string?)service["path"]));
        Assert.False(service.ContainsKey("url"));
    }

    [Fact]
    public void A_put_that_changes_nothing_is_no_change_and_keeps_the_times()
    {
        var workspace = new TestWorkspace();
        var first = workspace.Commit(Put("services", "a", """{"host":"h"}"""));
        workspace.Now = workspace.Now.AddHours(1);

        var second = workspace.Commit(Put("services", "a", """{"host":"h","path":null,"name":"ignored","retries":5.0}"""));

        Assert.Empty(second.Changes);
        Assert.Equal(first.Results[0].Document, second.Results[0].Document);
        Assert.True(second.Results[0].Existed);
        Assert.False(second.Results[0].Created);
    }

    [Fact]
    public void A_put_resets_what_it_leaves_out_and_keeps_when_the_entity_was_made()
    {
        var workspace = new TestWorkspace();
        var made = workspace.Made("services", """{"name":"a","host":"h","retries":1}""");

        workspace.Commit(Put("services", (string)made["id"]!, """{"host":"i"}"""));

        var now = workspace.Get("services", (string)made["id"]!);
        Assert.Equal((5, "i", null), ((int)now["retries"]!, (string)now["host"]!, (string?)now["name"]));
        Assert.Equal(((long)made["created_at"]!, (long)made["created_at"]! + 1), ((long)now["created_at"]!, (long)now["updated_at"]!));
    }

    [Fact]
    public void A_client_may_say_when_an_entity_was_made()
    {
        var workspace = new TestWorkspace();

        workspace.Commit(Put("services", Id, """{"host":"h","created_at":1234,"updated_at":1235}"""));
        workspace.Commit(Put("services", Id, """{"host":"i","created_at":1234}"""));

        Assert.Equal(1234, (long)workspace.Get("services", Id)["created_at"]!);
    }

    [Fact]
    public void A_patch_merges_records_replaces_arrays_and_clears_by_null()
    {
        var workspace = new TestWorkspace();
        workspace.Made("upstreams", """{"name":"u","tags":["x","y"],"host_header":"h","slots":20,"healthchecks":{"threshold":5,"active":{"timeout":2,"concurrency":3,"headers":{"a":["1"]}}}}""");

        workspace.Commit(Patch("upstreams", "u", """{"tags":["z"],"host_header":null,"slots":null,"healthchecks":{"active":{"timeout":7,"headers":{"b":["2"]}}}}"""));

        var upstream = workspace.Get("upstreams", "u");
        Assert.Equal("""["z"]""", upstream["tags"]!.ToJsonString());
        Assert.Null(upstream["host_header"]);
        Assert.Equal(10000, (int)upstream["slots"]!);
        var active = upstream["healthchecks"]!["active"]!;
        Assert.Equal((5, 7, 3), ((int)upstream["healthchecks"]!["threshold"]!, (int)active["timeout"]!, (int)active["concurrency"]!));
        Assert.Equal("""{"b":["2"]}""", active["headers"]!.ToJsonString());
    }

    [Fact]
    public void A_patch_cannot_move_the_id_and_needs_an_entity()
    {
        var workspace = new TestWorkspace();
        workspace.Made("services", """{"name":"a","host":"h"}""");

        Assert.Equal("schema violation (id: immutable field cannot be updated)", Assert.Single(workspace.Plan(false, Patch("services", "a", $$"""{"id":"{{Id}}"}""")).Problems).Message);
        Assert.Equal(ProblemCode.NotFound, Assert.Single(workspace.Plan(false, Patch("services", "b", "{}")).Problems).Code);
    }

    [Fact]
    public void A_taken_name_is_a_conflict()
    {
        var workspace = new TestWorkspace();
        workspace.Made("services", """{"name":"testService","host":"h"}""");

        var problem = workspace.Refused("services", """{"name":"testService","host":"h"}""");

        Assert.Equal(ProblemCode.UniqueViolation, problem.Code);
        Assert.Equal("""UNIQUE violation detected on '{name="testService"}'""", problem.Message);
        Assert.Equal("""{"name":"testService"}""", Encoding.UTF8.GetString(problem.Fields!));
    }

    [Fact]
    public void A_taken_id_is_a_conflict_of_its_own()
    {
        var workspace = new TestWorkspace();
        workspace.Made("services", $$"""{"id":"{{Id}}","host":"h"}""");

        var problem = workspace.Refused("services", $$"""{"id":"{{Id}}","host":"h"}""");

        Assert.Equal(ProblemCode.PrimaryKeyViolation, problem.Code);
        Assert.Equal($"primary key violation on key '{{id=\"{Id}\"}}'", problem.Message);
    }

    [Fact]
    public void Uniqueness_is_judged_on_the_whole_change_set()
    {
        var workspace = new TestWorkspace();
        workspace.Made("services", """{"name":"a","host":"one"}""");
        workspace.Made("services", """{"name":"b","host":"two"}""");
        var (a, b) = ((string)workspace.Get("services", "a")["id"]!, (string)workspace.Get("services", "b")["id"]!);

        var swapped = workspace.Commit(Patch("services", a, """{"name":"b"}"""), Patch("services", b, """{"name":"a"}"""));

        Assert.Empty(swapped.Problems);
        Assert.Equal(("one", "two"), ((string)workspace.Get("services", "b")["host"]!, (string)workspace.Get("services", "a")["host"]!));
        var twins = workspace.Plan(false, Create("services", """{"name":"c","host":"h"}"""), Create("services", """{"name":"c","host":"h"}"""));
        Assert.Equal((1, ProblemCode.UniqueViolation), (Assert.Single(twins.Problems).Mutation, twins.Problems[0].Code));
    }

    [Fact]
    public void A_reference_needs_its_entity_be_it_in_the_same_change_set()
    {
        var workspace = new TestWorkspace();

        var missing = workspace.Refused("routes", $$"""{"paths":["/"],"service":{"id":"{{Id}}" } }""");
        var unnamed = workspace.Refused("routes", """{"paths":["/"],"service":{"name":"a"}}""");
        var together = workspace.Commit(Create("services", """{"name":"a","host":"h"}"""), Create("routes", """{"paths":["/"],"service":{"name":"a"}}"""));

        Assert.Equal((ProblemCode.ForeignKeyViolation, $"the foreign key '{{id=\"{Id}\"}}' does not reference an existing 'services' entity."), (missing.Code, missing.Message));
        Assert.Equal((ProblemCode.ForeignKeysUnresolved, "foreign key unresolved (service.name: the foreign key cannot be resolved with '{name=\"a\"}' for an existing 'services' entity)"), (unnamed.Code, unnamed.Message));
        Assert.Equal(["services", "routes"], together.Changes.Select(change => change.Kind));
        Assert.Equal($$"""{"id":"{{together.Results[0].Id}}"}""", JsonNode.Parse(together.Results[1].Document!)!["service"]!.ToJsonString());
    }

    [Fact]
    public void Every_problem_of_every_mutation_is_listed()
    {
        var planned = new TestWorkspace().Plan(
            false,
            Create("services", """{"name":"a"}"""),
            Create("routes", """{"paths":["x"]}"""),
            Create("routes", """{"paths":["/"],"service":{"name":"a"}}"""),
            Create("nothing", "{}"),
            Create("consumers", """{"username":"c"}"""));

        Assert.Equal([0, 1, 3], planned.Problems.Select(problem => problem.Mutation));
        Assert.Empty(planned.Changes);
        Assert.Empty(planned.Results);
    }

    [Fact]
    public void A_service_stays_while_routes_refer_to_it()
    {
        var workspace = new TestWorkspace();
        workspace.Made("services", """{"name":"a","host":"h"}""");
        workspace.Made("routes", """{"name":"r","paths":["/"]}""", ServiceA);

        var problem = Assert.Single(workspace.Plan(false, Delete("services", "a")).Problems);

        Assert.Equal((ProblemCode.ForeignKeyViolation, "an existing 'routes' entity references this 'services' entity"), (problem.Code, problem.Message));
        Assert.Equal("""{"@referenced_by":"routes"}""", Encoding.UTF8.GetString(problem.Fields!));
        Assert.Empty(workspace.Commit(Delete("routes", "r"), Delete("services", "a")).Problems);
        Assert.Empty(workspace.State.Capture());
    }

    [Fact]
    public void Children_that_are_nothing_without_their_parent_go_with_it()
    {
        var workspace = new TestWorkspace();
        workspace.Made("consumers", """{"username":"c"}""");
        var consumer = new EntityParent("consumer", "consumers", "c");
        workspace.Made("keyauth_credentials", "{}", consumer);
        workspace.Made("acls", """{"group":"g"}""", consumer);
        workspace.Made("plugins", """{"name":"rate-limiting","config":{"minute":1}}""", consumer);
        workspace.Made("upstreams", """{"name":"u"}""");
        workspace.Made("targets", """{"target":"t"}""", new EntityParent("upstream", "upstreams", "u"));

        var planned = workspace.Commit(Delete("consumers", "c"), Delete("upstreams", "u"));

        Assert.Equal(6, planned.Changes.Length);
        Assert.Equal("consumers", planned.Changes[^1].Kind == "upstreams" ? planned.Changes[^2].Kind : planned.Changes[^1].Kind);
        Assert.Empty(workspace.State.Capture());
    }

    [Fact]
    public void Deleting_what_is_not_there_is_done_at_the_top_and_not_found_below_a_parent()
    {
        var workspace = new TestWorkspace();
        workspace.Made("services", """{"name":"a","host":"h"}""");

        var top = workspace.Plan(false, Delete("routes", "nope"));

        Assert.Empty(top.Problems);
        Assert.False(top.Results[0].Existed);
        Assert.Equal(ProblemCode.NotFound, Assert.Single(workspace.Plan(false, Delete("routes", "nope", ServiceA)).Problems).Code);
        Assert.Equal(ProblemCode.NotFound, Assert.Single(workspace.Plan(false, Create("routes", """{"paths":["/"]}""", ServiceA with { Key = "b" })).Problems).Code);
    }

    [Fact]
    public void Below_a_parent_only_its_own_children_are_found()
    {
        var workspace = new TestWorkspace();
        workspace.Made("services", """{"name":"a","host":"h"}""");
        workspace.Made("services", """{"name":"b","host":"h"}""");
        workspace.Made("routes", """{"name":"r","paths":["/"]}""", ServiceA);
        var id = (string)workspace.Get("routes", "r")["id"]!;
        var elsewhere = ServiceA with { Key = "b" };

        Assert.NotNull(workspace.State.Read("routes", "r", ServiceA).Document);
        Assert.Null(workspace.State.Read("routes", "r", elsewhere).Document);
        Assert.True(workspace.State.Read("routes", "r", ServiceA with { Key = "c" }).ParentMissing);
        Assert.Equal(ProblemCode.NotFound, Assert.Single(workspace.Plan(false, Patch("routes", id, """{"paths":["/"]}""", elsewhere)).Problems).Code);
    }

    [Fact]
    public void A_target_is_stored_with_its_port_and_found_without_it()
    {
        var workspace = new TestWorkspace { Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123) };
        workspace.Made("upstreams", """{"name":"u"}""");
        var upstream = new EntityParent("upstream", "upstreams", "u");

        var target = workspace.Made("targets", """{"target":"[::1]"}""", upstream);
        var again = Assert.Single(workspace.Plan(false, Create("targets", """{"target":"::1"}""", upstream)).Problems);

        Assert.Equal("[0000:0000:0000:0000:0000:0000:0000:0001]:8000", (string)target["target"]!);
        Assert.Equal(1_700_000_001.123, (double)target["created_at"]!);
        Assert.Equal(ProblemCode.UniqueViolation, again.Code);
        Assert.NotNull(workspace.State.Read("targets", "::1", upstream).Document);
    }

    [Fact]
    public void A_plugin_stands_once_on_the_same_scope()
    {
        var workspace = new TestWorkspace();
        workspace.Made("services", $$"""{"id":"{{Id}}","name":"a","host":"h"}""");
        workspace.Made("plugins", """{"name":"key-auth"}""");
        workspace.Made("plugins", """{"name":"key-auth"}""", ServiceA);

        var global = workspace.Refused("plugins", """{"name":"key-auth"}""");
        var onService = workspace.Refused("plugins", """{"name":"key-auth"}""", ServiceA);

        Assert.Equal((ProblemCode.UniqueViolation, """UNIQUE violation detected on '{consumer=null,name="key-auth",route=null,service=null}'"""), (global.Code, global.Message));
        Assert.Equal($"UNIQUE violation detected on '{{consumer=null,name=\"key-auth\",route=null,service={{id=\"{Id}\"}}}}'", onService.Message);
    }

    [Fact]
    public void A_plugin_needs_a_protocol_in_common_with_its_route()
    {
        var workspace = new TestWorkspace();
        workspace.Made("routes", """{"name":"r","paths":["/"]}""");

        var problem = workspace.Refused("plugins", """{"name":"key-auth","protocols":["grpc"],"route":{"name":"r"}}""");

        Assert.Equal("schema violation (protocols: must match the associated route's protocols)", problem.Message);
    }

    [Fact]
    public void Plugin_settings_are_filled_from_the_plugins_declaration()
    {
        var plugin = new TestWorkspace().Made("plugins", """{"name":"rate-limiting","config":{"minute":5}}""");

        Assert.Equal("""{"second":null,"minute":5,"policy":"local","redis":{"host":null,"port":6379}}""", plugin["config"]!.ToJsonString());
    }

    [Fact]
    public void A_key_is_made_when_none_is_given_and_kept_when_put_back()
    {
        var workspace = new TestWorkspace();
        workspace.Made("consumers", """{"username":"c"}""");
        var consumer = new EntityParent("consumer", "consumers", "c");

        var made = workspace.Made("keyauth_credentials", "{}", consumer);
        var taken = workspace.Refused("keyauth_credentials", $$"""{"key":"{{(string)made["key"]!}}"}""", consumer);

        Assert.Matches("^[A-Za-z0-9]{32}$", (string)made["key"]!);
        Assert.Empty(workspace.Commit(Put("keyauth_credentials", (string)made["id"]!, "{}", consumer)).Changes);
        Assert.Equal("""UNIQUE violation detected on '{key="******"}'""", taken.Message);
        Assert.Equal("""could not find the entity with '{key="******"}'""", Assert.Single(workspace.Plan(false, Patch("keyauth_credentials", "wrong", "{}")).Problems).Message);
    }

    [Fact]
    public void A_password_is_stored_as_its_hash()
    {
        var workspace = new TestWorkspace();
        workspace.Made("consumers", $$"""{"id":"{{Id}}","username":"c"}""");
        var consumer = new EntityParent("consumer", "consumers", "c");

        var made = workspace.Made("basicauth_credentials", """{"username":"u","password":"secret"}""", consumer);

        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData(Encoding.UTF8.GetBytes("secret" + Id))), (string)made["password"]!);
        Assert.Empty(workspace.Commit(Put("basicauth_credentials", "u", $$"""{"password":"{{(string)made["password"]!}}"}""", consumer)).Changes);
        Assert.Empty(workspace.Commit(Put("basicauth_credentials", "u", """{"password":"secret"}""", consumer)).Changes);
        Assert.Single(workspace.Commit(Patch("basicauth_credentials", "u", """{"password":"other"}""")).Changes);
    }

    [Theory]
    [InlineData("""{"name":"u","hash_on":"ip"}""", "consistent-hashing", "ip")]
    [InlineData("""{"name":"u","algorithm":"round-robin","hash_on":"ip"}""", "consistent-hashing", "ip")]
    [InlineData("""{"name":"u","algorithm":"least-connections","hash_on":"ip"}""", "least-connections", "none")]
    [InlineData("""{"name":"u","hash_on":"none"}""", "round-robin", "none")]
    [InlineData("""{"name":"u","algorithm":"consistent-hashing"}""", "consistent-hashing", "none")]
    public void What_is_hashed_on_and_the_algorithm_settle_each_other(string body, string algorithm, string hashOn)
    {
        var upstream = new TestWorkspace().Made("upstreams", body);

        Assert.Equal((algorithm, hashOn), ((string)upstream["algorithm"]!, (string)upstream["hash_on"]!));
    }

    [Fact]
    public void A_gRPC_route_does_not_strip() =>
        Assert.False((bool)new TestWorkspace().Made("routes", """{"protocols":["grpc","grpcs"],"paths":["/"]}""")["strip_path"]!);

    [Fact]
    public void Sets_keep_the_first_of_equal_values() =>
        Assert.Equal("""["GET","POST"]""", new TestWorkspace().Made("routes", """{"methods":["GET","POST","GET"]}""")["methods"]!.ToJsonString());
}
