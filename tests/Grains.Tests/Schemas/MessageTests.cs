using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Tests.Workspaces;

namespace Mesh.Grains.Tests.Schemas;

/// <summary>Kong's texts, as its clients compare them.</summary>
public sealed class MessageTests
{
    [Theory]
    // services
    [InlineData("services", """{}""", "schema violation (host: required field missing)")]
    [InlineData("services", """{"host":"a","nope":1}""", "schema violation (nope: unknown field)")]
    [InlineData("services", """{"host":"a","connect_timeout":0}""", "schema violation (connect_timeout: value should be between 1 and 2147483646)")]
    [InlineData("services", """{"host":"a","retries":40000}""", "schema violation (retries: value should be between 0 and 32767)")]
    [InlineData("services", """{"host":"a","retries":"5"}""", "schema violation (retries: expected an integer)")]
    [InlineData("services", """{"host":"a","retries":1.5}""", "schema violation (retries: expected an integer)")]
    [InlineData("services", """{"host":"a:80"}""", "schema violation (host: must not have a port)")]
    [InlineData("services", """{"host":"a b"}""", "schema violation (host: invalid value: a b)")]
    [InlineData("services", """{"host":""}""", "schema violation (host: length must be at least 1)")]
    [InlineData("services", """{"host":7}""", "schema violation (host: expected a string)")]
    [InlineData("services", """{"host":"a","enabled":"yes"}""", "schema violation (enabled: expected a boolean)")]
    [InlineData("services", """{"host":"a","protocol":"ftp"}""", "schema violation (protocol: expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp)")]
    [InlineData("services", """{"host":"a","protocol":null}""", "schema violation (protocol: required field missing)")]
    [InlineData("services", """{"host":"a","path":"x"}""", "schema violation (path: should start with: /)")]
    [InlineData("services", """{"host":"a","path":"/x//y"}""", "schema violation (path: must not have empty segments)")]
    [InlineData("services", """{"host":"a","path":"/%zz"}""", "schema violation (path: invalid url-encoded value: '%zz')")]
    [InlineData("services", """{"host":"a","name":"a b"}""", "schema violation (name: invalid value 'a b': the only accepted ascii characters are alphanumerics or ., -, _, and ~)")]
    [InlineData("services", """{"host":"a","tags":["ok","a,b"]}""", "schema violation (tags.2: invalid tag 'a,b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences)")]
    [InlineData("services", """{"host":"a","tags":"x"}""", "schema violation (tags: expected a set)")]
    [InlineData("services", """{"host":"a","id":"x"}""", "schema violation (id: expected a valid UUID)")]
    [InlineData("services", """{"host":"a","protocol":"tcp","path":"/x"}""", "2 schema violations (failed conditional validation given value of field 'protocol'; path: value must be null)")]
    [InlineData("services", """{"host":"a","tls_verify":true}""", "2 schema violations (failed conditional validation given value of field 'protocol'; tls_verify: value must be null)")]
    [InlineData("services", """{"host":"a","client_certificate":{"id":5}}""", "schema violation (client_certificate.id: expected a valid UUID)")]
    [InlineData("services", """{"host":"a","protocol":"https","ca_certificates":["x"]}""", "schema violation (ca_certificates.1: expected a valid UUID)")]
    [InlineData("services", """{"url":5}""", "2 schema violations (host: required field missing; url: expected a string)")]
    [InlineData("services", """{"url":"http://a:99999/"}""", "schema violation (port: value should be between 0 and 65535)")]
    [InlineData("services", """{"host":"a","created_at":0}""", "schema violation (created_at: expected a valid timestamp)")]
    // routes
    [InlineData("routes", """{}""", "schema violation (must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https')")]
    [InlineData("routes", """{"protocols":["http"]}""", "schema violation (must set one of 'methods', 'hosts', 'headers', 'paths' when 'protocols' is 'http')")]
    [InlineData("routes", """{"protocols":["tcp"]}""", "schema violation (must set one of 'sources', 'destinations', 'snis' when 'protocols' is 'tcp', 'tls' or 'udp')")]
    [InlineData("routes", """{"protocols":["tls_passthrough"]}""", "schema violation (must set snis when 'protocols' is 'tls_passthrough')")]
    [InlineData("routes", """{"protocols":["grpc"]}""", "schema violation (must set one of 'hosts', 'headers', 'paths' when 'protocols' is 'grpc')")]
    [InlineData("routes", """{"protocols":["grpcs"]}""", "schema violation (must set one of 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'grpcs')")]
    [InlineData("routes", """{"protocols":["http","tcp"],"paths":["/"]}""", "schema violation (protocols: these sets are mutually exclusive: ('http', 'https'), ('tcp', 'tls', 'udp'))")]
    [InlineData("routes", """{"protocols":[],"paths":["/"]}""", "schema violation (protocols: length must be at least 1)")]
    [InlineData("routes", """{"paths":["kong(-ee){0,1}.com"]}""", "schema violation (paths.1: should start with: / (fixed path) or ~/ (regex path))")]
    [InlineData("routes", """{"paths":["/","/a//b"]}""", "schema violation (paths.2: must not have empty segments)")]
    [InlineData("routes", """{"paths":["/a/../b"]}""", "schema violation (paths.1: non-normalized path, consider use '/b' instead)")]
    [InlineData("routes", """{"paths":["/%61%2f"]}""", "schema violation (paths.1: non-normalized path, consider use '/a%2F' instead)")]
    [InlineData("routes", """{"paths":["/%zz"]}""", "schema violation (paths.1: invalid url-encoded value: '%zz')")]
    [InlineData("routes", """{"paths":[false]}""", "schema violation (paths.1: expected a string)")]
    [InlineData("routes", """{"paths":"x"}""", "schema violation (paths: expected an array)")]
    [InlineData("routes", """{"hosts":["*.a.*"]}""", "schema violation (hosts.1: invalid wildcard: must have at most one wildcard)")]
    [InlineData("routes", """{"hosts":["a*.b"]}""", "schema violation (hosts.1: invalid wildcard: must be placed at leftmost or rightmost label)")]
    [InlineData("routes", """{"hosts":["a.b:99999"]}""", "schema violation (hosts.1: invalid port number)")]
    [InlineData("routes", """{"hosts":["a b"]}""", "schema violation (hosts.1: invalid hostname: a b)")]
    [InlineData("routes", """{"methods":["get"]}""", "schema violation (methods.1: invalid value: get)")]
    [InlineData("routes", """{"headers":{"Host":["a"]}}""", "schema violation (headers.Host: cannot contain 'host' header, which must be specified in the 'hosts' attribute)")]
    [InlineData("routes", """{"headers":{"x y":["a"]}}""", "schema violation (headers.x y: bad header name 'x y', allowed characters are A-Z, a-z, 0-9, '_', and '-')")]
    [InlineData("routes", """{"headers":["x"]}""", "schema violation (headers: expected a map)")]
    [InlineData("routes", """{"paths":["/"],"https_redirect_status_code":404}""", "schema violation (https_redirect_status_code: expected one of: 426, 301, 302, 307, 308)")]
    [InlineData("routes", """{"protocols":["http"],"paths":["/"],"snis":["a"]}""", "2 schema violations ('snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'; snis: length must be 0)")]
    [InlineData("routes", """{"protocols":["tcp"],"hosts":["a"],"snis":["a"]}""", "3 schema violations ('snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'; hosts: cannot set 'hosts' when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'; snis: length must be 0)")]
    [InlineData("routes", """{"protocols":["http"],"destinations":[]}""", "schema violation (must set one of 'methods', 'hosts', 'headers', 'paths' when 'protocols' is 'http')")]
    [InlineData("routes", """{"protocols":["grpc"],"paths":["/"],"sources":[{"port":1}]}""", "schema violation (sources: cannot set 'sources' when 'protocols' is 'grpc' or 'grpcs')")]
    [InlineData("routes", """{"protocols":["grpc"],"paths":["/"],"methods":["GET"]}""", "schema violation (methods: cannot set 'methods' when 'protocols' is 'grpc' or 'grpcs')")]
    [InlineData("routes", """{"protocols":["grpc"],"paths":["/"],"strip_path":true}""", "schema violation (strip_path: cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs')")]
    [InlineData("routes", """{"protocols":["tcp"],"sources":[{}]}""", "schema violation (sources.1: at least one of these fields must be non-empty: 'ip', 'port')")]
    [InlineData("routes", """{"protocols":["tcp"],"sources":[{"ip":"1.2.3.4/33"}]}""", "schema violation (sources.1.ip: invalid ip or cidr range: '1.2.3.4/33')")]
    [InlineData("routes", """{"protocols":["tls"],"snis":["a*b"]}""", "schema violation (snis.1: wildcard must be leftmost or rightmost character)")]
    [InlineData("routes", """{"protocols":["tls"],"snis":["1.2.3.4"]}""", "schema violation (snis.1: must not be an IP)")]
    [InlineData("routes", """{"name":"a b"}""", "2 schema violations (must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'; name: invalid value 'a b': the only accepted ascii characters are alphanumerics or ., -, _, and ~)")]
    [InlineData("routes", """{"paths":["/"],"service":{}}""", "schema violation (service.id: missing primary key)")]
    [InlineData("services", """{"host":"a","proxy_protocol":"v3"}""", "schema violation (proxy_protocol: expected one of: v1, v2)")]
    [InlineData("services", """{"host":"a","protocol":"udp","proxy_protocol":"v2"}""", "2 schema violations (failed conditional validation given value of field 'protocol'; proxy_protocol: value must be null)")]
    // listeners
    [InlineData("listeners", """{"name":"l","listen":["0.0.0.0:1"],"allow":["10.0.0.0/8","1.2.3.4/33"]}""", "schema violation (allow.2: invalid ip or cidr range: '1.2.3.4/33')")]
    [InlineData("listeners", """{"name":"l","listen":["0.0.0.0:1"],"allow":[]}""", "schema violation (allow: length must be at least 1)")]
    [InlineData("listeners", """{"name":"l","listen":["0.0.0.0:1"],"allow":"partners.test"}""", "schema violation (allow: expected a set)")]
    // upstreams and targets
    [InlineData("upstreams", """{"name":"1.2.3.4"}""", "schema violation (name: Invalid name ('1.2.3.4'); no ip addresses allowed)")]
    [InlineData("upstreams", """{"name":"a:80"}""", "schema violation (name: Invalid name ('a:80'); no port allowed)")]
    [InlineData("upstreams", """{"name":"a/b"}""", "schema violation (name: Invalid name ('a/b'); must be a valid hostname)")]
    [InlineData("upstreams", """{"name":"u","hash_on":"header"}""", "2 schema violations (failed conditional validation given value of field 'hash_on'; hash_on_header: required field missing)")]
    [InlineData("upstreams", """{"name":"u","hash_fallback":"ip"}""", "2 schema violations (failed conditional validation given value of field 'hash_on'; hash_fallback: expected one of: none)")]
    [InlineData("upstreams", """{"name":"u","hash_on":"ip","hash_fallback":"ip"}""", "2 schema violations (failed conditional validation given value of field 'hash_on'; hash_fallback: expected one of: none, consumer, header, cookie, path, query_arg, uri_capture)")]
    [InlineData("upstreams", """{"name":"u","hash_on":"header","hash_fallback":"header","hash_on_header":"x","hash_fallback_header":"x"}""", "schema violation (values of these fields must be distinct: 'hash_on_header', 'hash_fallback_header')")]
    [InlineData("upstreams", """{"name":"u","slots":9}""", "schema violation (slots: value should be between 10 and 65536)")]
    [InlineData("upstreams", """{"name":"u","healthchecks":{"active":{"healthy":{"http_statuses":[200,99]}}}}""", "schema violation (healthchecks.active.healthy.http_statuses.2: value should be between 100 and 999)")]
    [InlineData("upstreams", """{"name":"u","healthchecks":{"threshold":101}}""", "schema violation (healthchecks.threshold: value should be between 0 and 100)")]
    [InlineData("upstreams", """{"name":"u","healthchecks":5}""", "schema violation (healthchecks: expected a record)")]
    [InlineData("upstreams", """{"name":"u","healthchecks":{"actve":{}}}""", "schema violation (healthchecks.actve: unknown field)")]
    [InlineData("targets", """{"target":"123"}""", "2 schema violations (target: Invalid target ('123'); not a valid hostname or ip address; upstream: required field missing)")]
    // consumers and credentials
    [InlineData("consumers", """{}""", "schema violation (at least one of these fields must be non-empty: 'custom_id', 'username')")]
    [InlineData("acls", """{"group":"g"}""", "schema violation (consumer: required field missing)")]
    // certificates
    [InlineData("certificates", """{"cert":"x","key":"y","cert_alt":"z"}""", null)]
    [InlineData("snis", """{"name":"a"}""", "schema violation (certificate: required field missing)")]
    // keys and vaults
    [InlineData("keys", """{"kid":"1"}""", "schema violation (at least one of these fields must be non-empty: 'jwk', 'pem')")]
    [InlineData("keys", """{"kid":"1","jwk":"\"kid\":test"}""", "schema violation (could not json decode jwk string)")]
    [InlineData("keys", """{"kid":"1","jwk":"{\"kid\":\"2\",\"kty\":\"oct\"}"}""", "schema violation (kid in jwk.kid must be equal to keys.kid)")]
    [InlineData("keys", """{"kid":"1","jwk":{"kid":"1"}}""", "schema violation (jwk: expected a string)")]
    [InlineData("keys", """{"kid":"1","pem":{}}""", null)]
    [InlineData("vaults", """{"name":"env","prefix":"env"}""", "schema violation (prefix: must not be one of: env)")]
    [InlineData("vaults", """{"name":"env","prefix":"-x"}""", "schema violation (prefix: invalid value: -x)")]
    [InlineData("vaults", """{"name":"hcv","prefix":"my-vault"}""", "schema violation (name: vault 'hcv' is not installed)")]
    // plugins
    [InlineData("plugins", """{}""", "schema violation (name: required field missing)")]
    [InlineData("plugins", """{"name":"nope","config":{"a":1}}""", "schema violation (name: plugin 'nope' not enabled; add it to the 'plugins' configuration property)")]
    [InlineData("plugins", """{"name":"key-auth","config":{"key_names":[]}}""", "schema violation (config.key_names: length must be at least 1)")]
    [InlineData("plugins", """{"name":"key-auth","config":{"x":1}}""", "schema violation (config.x: unknown field)")]
    [InlineData("plugins", """{"name":"key-auth","consumer":{"id":"5b1a5d2e-0000-4000-8000-000000000000"}}""", "schema violation (consumer: value must be null)")]
    [InlineData("plugins", """{"name":"key-auth","protocols":["udp"]}""", "schema violation (protocols.1: expected one of: grpc, grpcs, http, https)")]
    [InlineData("plugins", """{"name":"rate-limiting"}""", "schema violation (at least one of these fields must be non-empty: 'config.second', 'config.minute')")]
    public void An_entity_at_fault_is_refused_in_Kongs_words(string kind, string body, string? message)
    {
        var problem = new TestWorkspace().State.Validate(kind, Encoding.UTF8.GetBytes(body));

        Assert.NotNull(problem);
        Assert.Equal(ProblemCode.SchemaViolation, problem.Code);
        if (message is not null)
        {
            Assert.Equal(message, problem.Message);
        }
    }

    [Theory]
    [InlineData("routes", """{"paths":["/ok","x"]}""", """{"paths":[null,"should start with: / (fixed path) or ~/ (regex path)"]}""")]
    [InlineData("consumers", """{}""", """{"@entity":["at least one of these fields must be non-empty: 'custom_id', 'username'"]}""")]
    [InlineData("upstreams", """{"name":"u","healthchecks":{"active":{"timeout":-1}}}""", """{"healthchecks":{"active":{"timeout":"value should be between 0 and 65535"}}}""")]
    [InlineData("plugins", """{"name":"rate-limiting"}""", """{"@entity":["at least one of these fields must be non-empty: 'config.second', 'config.minute'"]}""")]
    public void The_fields_of_a_problem_have_the_shape_of_the_entity(string kind, string body, string fields)
    {
        var problem = new TestWorkspace().State.Validate(kind, Encoding.UTF8.GetBytes(body));

        Assert.Equal(fields, Encoding.UTF8.GetString(problem!.Fields!));
    }

    [Theory]
    [InlineData("~/users/(foo/profile")]
    [InlineData("~/(?=look)")]
    [InlineData("~/(a)\\1")]
    public void A_path_whose_expression_the_router_cannot_run_is_refused(string path)
    {
        var problem = new TestWorkspace().State.Validate("routes", Encoding.UTF8.GetBytes($$"""{"paths":[{{System.Text.Json.JsonSerializer.Serialize(path)}}]}"""));

        Assert.StartsWith($"schema violation (paths.1: invalid regex: '{path[1..]}' (", problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expression_that_would_take_seconds_to_compile_is_refused() => Assert.Equal(
        "schema violation (paths.1: invalid regex: longer than 8192 characters)",
        new TestWorkspace().State.Validate("routes", Encoding.UTF8.GetBytes($$"""{"paths":["~/{{new string('a', 9000)}}"]}"""))!.Message);

    [Theory]
    [InlineData("routes", """{"paths":["/"],"sources":[{"port":1}]}""")]
    [InlineData("routes", """{"protocols":["https"],"destinations":[{"ip":"10.0.0.1","port":443}]}""")]
    [InlineData("services", """{"host":"a"}""")]
    [InlineData("services", """{"host":"[::1]","name":"häuser","tags":null,"ca_certificates":null,"client_certificate":null}""")]
    [InlineData("services", """{"url":"https://example.com/x","port":81}""")]
    [InlineData("routes", """{"paths":["~/(?<id>\\d+)$","~/(?P<id>\\d+)$"],"methods":null,"hosts":[],"headers":null,"snis":null,"sources":null,"destinations":null}""")]
    [InlineData("routes", """{"hosts":["*.a.b:80","a.*","10.0.0.1:9000"],"headers":{"X-A":["~*^\\d+$"]}}""")]
    [InlineData("routes", """{"protocols":["tcp"],"destinations":[{"ip":"::/0","port":80},{"ip":"10.0.0.0/8"}]}""")]
    [InlineData("routes", """{"headers":{"x":["y"]},"hosts":{}}""")]
    [InlineData("routes", """{"paths":["/"],"service":{"id":"5b1a5d2e-0000-4000-8000-000000000000","name":"also"}}""")]
    [InlineData("upstreams", """{"name":"u","healthchecks":{"threshold":0}}""")]
    [InlineData("upstreams", """{"name":"u","hash_on":"cookie","hash_on_cookie":"c","host_header":"h:8080"}""")]
    [InlineData("keys", """{"kid":"1","jwk":"{\"kid\":\"1\",\"kty\":\"oct\",\"k\":\"AA\"}"}""")]
    [InlineData("keys", """{"kid":"1","jwk":"{vault://env/jwk}"}""")]
    [InlineData("vaults", """{"name":"env","prefix":"my-env","config":{"prefix":"MY_"}}""")]
    [InlineData("plugins", """{"name":"rate-limiting","config":{"minute":5}}""")]
    public void A_good_entity_is_accepted(string kind, string body) =>
        Assert.Null(new TestWorkspace().State.Validate(kind, Encoding.UTF8.GetBytes(body))?.Message);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"host":"a","host":"b"}""")]
    [InlineData("""{"host":"\ud800"}""")]
    [InlineData("""{"port":1e999}""")]
    public void A_body_that_is_no_JSON_object_is_a_problem(string body) =>
        Assert.StartsWith("Cannot parse JSON body", new TestWorkspace().State.Validate("services", Encoding.UTF8.GetBytes(body))!.Message, StringComparison.Ordinal);

    [Fact]
    public void A_body_nested_too_deep_is_a_problem() => Assert.StartsWith(
        "Cannot parse JSON body",
        new TestWorkspace().State.Validate("services", Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 100) + new string(']', 100) + "}"))!.Message,
        StringComparison.Ordinal);
}
