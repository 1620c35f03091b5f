using System.Text;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Declarative;
using Mesh.Grains.Tests.Workspaces;
using Mesh.Grains.Workspaces;

namespace Mesh.Grains.Tests.Declarative;

public sealed class DeclarativeDocumentTests
{
    private const string Whole = """
        _format_version: "3.0"
        _comment: all of it
        _info: {select_tags: [x]}
        services:
        - name: orders
          url: http://orders.test/v1
          _comment: the orders
          routes:
          - name: list
            paths: [/orders]
            methods: [GET]
            plugins:
            - name: rate-limiting
              config: {minute: 5}
          - paths:
            - ~/orders/\d+$
          plugins:
          - name: key-auth
        routes:
        - name: alone
          hosts: [a.test]
          service: orders
        upstreams:
        - name: pool
          targets:
          - target: one
          - {target: "two:81", weight: 5}
        consumers:
        - username: bob
          keyauth_credentials:
          - key: k1
          basicauth_credentials:
          - username: bob
            password: secret
          acls:
          - group: g
        - custom_id: no-name
          acls:
          - group: g
        key_sets:
        - name: set
          keys:
          - name: key
            kid: "1"
            jwk: '{"kid":"1","kty":"oct"}'
        """;

    [Fact]
    public void Children_stand_below_their_parents_and_applying_twice_changes_nothing()
    {
        var workspace = new TestWorkspace();

        var first = Apply(workspace, Whole);
        workspace.Now = workspace.Now.AddDays(1);
        var second = Apply(workspace, Whole);
        var elsewhere = new TestWorkspace();
        Apply(elsewhere, Whole);

        Assert.Empty(first.Problems.Select(problem => problem.Message));
        Assert.Equal(17, first.Changes.Length);
        Assert.Empty(second.Changes);
        Assert.Equal((string)workspace.Get("services", "orders")["id"]!, (string)workspace.Get("routes", "alone")["service"]!["id"]!);
        Assert.Equal(workspace.State.Capture().Select(entity => entity.Id), elsewhere.State.Capture().Select(entity => entity.Id));
    }

    [Fact]
    public void What_a_document_does_not_name_is_deleted_and_what_it_names_keeps_its_id()
    {
        var workspace = new TestWorkspace();
        var service = workspace.Made("services", """{"name":"orders","host":"old"}""");
        workspace.Made("services", """{"name":"gone","host":"h"}""");
        workspace.Made("routes", """{"name":"gone","paths":["/"],"service":{"name":"gone"}}""");

        var planned = Apply(workspace, """{"_format_version":"3.0","services":[{"name":"orders","host":"new"}]}""");

        Assert.Equal(3, planned.Changes.Length);
        var left = Assert.Single(workspace.State.Capture());
        Assert.Equal((string)service["id"]!, left.Id.ToString());
        Assert.Equal((long)service["created_at"]!, (long)workspace.Get("services", "orders")["created_at"]!);
    }

    [Fact]
    public void Every_entity_at_fault_is_named_by_its_place()
    {
        var planned = Apply(new TestWorkspace(), """
            _format_version: "3.0"
            services:
            - name: good
              host: h
              routes:
              - paths: [x]
              - paths: [/]
            - name: bad
              routes:
              - name: blameless
                paths: [/]
            plugins:
            - name: nope
            routes:
            - name: r
              paths: [/]
              service: missing
            """);

        Assert.Equal(
            ["plugins[0]", "routes[0]", "services[0].routes[0]", "services[1]"],
            planned.Problems.Select(problem => problem.Place).Order(StringComparer.Ordinal));
        Assert.Empty(planned.Changes);
    }

    [Fact]
    public void An_entity_declared_twice_is_a_problem()
    {
        var planned = Apply(new TestWorkspace(), """
            _format_version: "3.0"
            services:
            - {id: 11111111-2222-4333-8444-555555555555, host: a}
            - {id: 11111111-2222-4333-8444-555555555555, host: b}
            """);

        Assert.Equal("uniqueness violation: 'services' entity with primary key set to '11111111-2222-4333-8444-555555555555' already declared", Assert.Single(planned.Problems).Message);
    }

    [Fact]
    public void Equal_entities_without_names_are_told_apart()
    {
        const string twins = """{"_format_version":"3.0","routes":[{"paths":["/"]},{"paths":["/"]}],"services":[{"host":"h","routes":[{"paths":["/"]}]},{"host":"h"}]}""";
        var workspace = new TestWorkspace();

        Assert.Equal(5, Apply(workspace, twins).Changes.Length);
        Assert.Empty(Apply(workspace, twins).Changes);
    }

    [Fact]
    public void Passwords_are_hashed_unless_the_document_says_that_they_are()
    {
        const string document = """{"_format_version":"3.0",TRANSFORM"consumers":[{"username":"c","basicauth_credentials":[{"username":"u","password":"p"}]}]}""";
        var workspace = new TestWorkspace();

        Apply(workspace, document.Replace("TRANSFORM", "", StringComparison.Ordinal));
        Assert.Equal(40, ((string)workspace.Get("basicauth_credentials", "u")["password"]!).Length);
        Assert.Empty(Apply(workspace, document.Replace("TRANSFORM", "\"_transform\":true,", StringComparison.Ordinal)).Changes);
        Apply(workspace, document.Replace("TRANSFORM", "\"_transform\":false,", StringComparison.Ordinal));
        Assert.Equal("p", (string)workspace.Get("basicauth_credentials", "u")["password"]!);
    }

    [Theory]
    [InlineData("2.1", "/a(b)", "~/a(b)")]
    [InlineData("1.1", "/a-b_c", "/a-b_c")]
    [InlineData("3.0", "/a(b)", "/a(b)")]
    public void Before_3_0_a_path_that_looks_like_an_expression_is_one(string version, string path, string stored)
    {
        var workspace = new TestWorkspace();

        Apply(workspace, $$"""{"_format_version":"{{version}}","routes":[{"name":"r","paths":["{{path}}"]}]}""");

        Assert.Equal(stored, (string)workspace.Get("routes", "r")["paths"]![0]!);
    }

    [Theory]
    [InlineData("{}", """declarative config is invalid: {_format_version="required field missing"}""")]
    [InlineData("_format_version: '4.0'", """declarative config is invalid: {_format_version="expected one of: 1.1, 2.1, 3.0"}""")]
    [InlineData("{\"_format_version\":\"3.0\",\"servces\":[]}", """declarative config is invalid: {servces="unknown field"}""")]
    [InlineData("{\"_format_version\":\"3.0\",\"services\":5}", """declarative config is invalid: {services="expected an array"}""")]
    [InlineData("{\"_format_version\":\"3.0\",\"services\":[5]}", """declarative config is invalid: {services[0]="expected a record"}""")]
    [InlineData("{\"_format_version\":\"3.0\",\"_transform\":5}", """declarative config is invalid: {_transform="expected a boolean"}""")]
    [InlineData("", "declarative config is invalid: the document is empty")]
    [InlineData("- a", "declarative config is invalid: the document must be a mapping")]
    [InlineData("a: 1\na: 2", "declarative config is invalid: the key 'a' is given twice (line 2, column 1)")]
    [InlineData("a: 1\n---\nb: 2", "declarative config is invalid: more than one document")]
    [InlineData("a: *b", "declarative config is invalid: the alias 'b' stands for nothing (or for itself) (line 1, column 4)")]
    [InlineData("a:\n  b: [", "declarative config is invalid: ")]
    [InlineData("{\"a\":1,}x", "declarative config is invalid: ")]
    [InlineData("[a]: b", "declarative config is invalid: a key must be a scalar")]
    public void A_document_that_is_none_is_refused_with_its_reason(string text, string message)
    {
        var (mutations, problems) = DeclarativeDocument.Read(text, TestWorkspace.Schemas, CancellationToken.None);

        Assert.Empty(mutations);
        Assert.All(problems, problem => Assert.Equal(ProblemCode.DeclarativeConfig, problem.Code));
        Assert.Contains(problems, problem => problem.Message.StartsWith(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Aliases_and_merges_stand_for_what_they_name()
    {
        var workspace = new TestWorkspace();

        var planned = Apply(workspace, """
            _format_version: "3.0"
            _comment: x
            services:
            - &base
              name: a
              host: h
              retries: 7
            - <<: *base
              name: b
              retries: 8
            """);

        Assert.Empty(planned.Problems.Select(problem => problem.Message));
        Assert.Equal(("h", 8), ((string)workspace.Get("services", "b")["host"]!, (int)workspace.Get("services", "b")["retries"]!));
    }

    [Fact]
    public void Few_lines_cannot_stand_for_more_than_memory_holds()
    {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var i = 1; i < 30; i++)
        {
            bomb.Append($"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        Assert.Contains("aliases stand for more than", Reason(bomb.ToString()), StringComparison.Ordinal);
        Assert.Contains("nested deeper than 64 levels", Reason("a: " + new string('[', 100)), StringComparison.Ordinal);
        var chain = new StringBuilder("a0: &a0 [x]\n");
        for (var i = 1; i < 100; i++)
        {
            chain.Append($"a{i}: &a{i} [*a{i - 1}]\n");
        }

        Assert.Contains("nested deeper than 64 levels", Reason(chain.ToString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yes", "yes")]
    [InlineData("'5'", "5")]
    [InlineData("!!str 5", "5")]
    [InlineData("5", 5L)]
    [InlineData("-5", -5L)]
    [InlineData("0x1F", 31L)]
    [InlineData("1.5e3", 1500.0)]
    [InlineData(".5", 0.5)]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("NaN", "NaN")]
    [InlineData("True", true)]
    [InlineData("~", null)]
    [InlineData("", null)]
    public void Scalars_are_read_by_the_core_schema(string yaml, object? value)
    {
        var node = YamlReader.Parse($"a: {yaml}", CancellationToken.None, out _)!["a"];

        Assert.Equal(value, node switch
        {
            null => null,
            JsonValue text when text.TryGetValue<string>(out var content) => content,
            JsonValue truth when truth.TryGetValue<bool>(out var isTrue) => isTrue,
            JsonValue integer when integer.TryGetValue<long>(out var whole) => whole,
            _ => (object)node.GetValue<double>(),
        });
    }

    private static string Reason(string text)
    {
        YamlReader.Parse(text, CancellationToken.None, out var error);
        return error ?? "none";
    }

    private static PlannedCommit Apply(TestWorkspace workspace, string text)
    {
        var (mutations, problems) = DeclarativeDocument.Read(text, TestWorkspace.Schemas, CancellationToken.None);
        Assert.Empty(problems.Select(problem => problem.Message));
        return workspace.Replace(mutations);
    }
}
