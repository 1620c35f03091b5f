using System.Text;
using Mesh.Edge.Plugins;
using Mesh.Grains.Schemas;
using Mesh.Grains.Workspaces;

namespace Mesh.Silo.Tests.Admin.Schemas;

/// <summary>The settings of the plugins that Mesh ships, checked by the control plane as it checks any entity.</summary>
public sealed class PluginCatalogSchemaTests
{
    [Theory]
    [InlineData("""{"name":"key-auth"}""", null)]
    [InlineData("""{"name":"key-auth","config":{"key_names":["a b"]}}""", "schema violation (config.key_names.1: bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-')")]
    [InlineData("""{"name":"key-auth","consumer":{"id":"5b1a5d2e-0000-4000-8000-000000000000"}}""", "schema violation (consumer: value must be null)")]
    [InlineData("""{"name":"ip-restriction"}""", "schema violation (at least one of these fields must be non-empty: 'config.allow', 'config.deny')")]
    [InlineData("""{"name":"ip-restriction","config":{"allow":["10.0.0.0/99"]}}""", "schema violation (config.allow.1: invalid ip or cidr range: '10.0.0.0/99')")]
    [InlineData("""{"name":"ip-restriction","config":{"deny":["10.0.0.0/8","::1"]}}""", null)]
    [InlineData("""{"name":"rate-limiting","config":{"minute":0}}""", "schema violation (config.minute: value must be greater than 0)")]
    [InlineData("""{"name":"rate-limiting","config":{"minute":10,"hour":3}}""", "schema violation (config: The limit for hour(3.0) cannot be lower than the limit for minute(10.0))")]
    [InlineData("""{"name":"rate-limiting","config":{"minute":10,"limit_by":"header"}}""", "2 schema violations (failed conditional validation given value of field 'config.limit_by'; config.header_name: required field missing)")]
    [InlineData("""{"name":"rate-limiting","config":{"minute":10,"policy":"redis"}}""", "2 schema violations (failed conditional validation given value of field 'config.policy'; config.redis.host: required field missing)")]
    [InlineData("""{"name":"rate-limiting","config":{"minute":1.5}}""", null)]
    [InlineData("""{"name":"request-termination","config":{"status_code":99}}""", "schema violation (config.status_code: value should be between 100 and 599)")]
    [InlineData("""{"name":"request-termination","config":{"content_type":"t"}}""", "schema violation (config: content_type requires a body)")]
    [InlineData("""{"name":"request-transformer","config":{"add":{"headers":["X"]}}}""", "schema violation (config.add.headers.1: invalid value: X)")]
    [InlineData("""{"name":"request-transformer","config":{"http_method":"get"}}""", "schema violation (config.http_method: invalid value: get)")]
    [InlineData("""{"name":"request-transformer","config":{"replace":{"uri":"/$(headers.x)"}}}""", null)]
    [InlineData("""{"name":"file-log"}""", "schema violation (config.path: required field missing)")]
    [InlineData("""{"name":"file-log","config":{"path":"/a*"}}""", "schema violation (config.path: not a valid filename)")]
    [InlineData("""{"name":"file-log","config":{"path":"/a","custom_fields_by_lua":{"a":"return 1"}}}""", "schema violation (config.custom_fields_by_lua: Mesh does not run Lua: custom_fields_by_lua must be empty)")]
    [InlineData("""{"name":"file-log","protocols":["tcp"],"config":{"path":"/a","custom_fields_by_lua":{}}}""", null)]
    [InlineData("""{"name":"http-log","config":{"http_endpoint":"log.test"}}""", "schema violation (config.http_endpoint: missing scheme in url)")]
    [InlineData("""{"name":"http-log","config":{"http_endpoint":"{vault://env/endpoint}","headers":{"Authorization":"{vault://env/token}"}}}""", null)]
    [InlineData("""{"name":"http-log","config":{"http_endpoint":"http://a:b@log.test","headers":{"authorization":"x"}}}""", "schema violation (config: specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed)")]
    [InlineData("""{"name":"http-log","config":{"http_endpoint":"http://log.test","headers":{"Host":"x"}}}""", "schema violation (config.headers.Host: cannot contain 'Host' header)")]
    [InlineData("""{"name":"http-log","config":{"http_endpoint":"http://log.test","queue":{"concurrency_limit":2}}}""", "schema violation (config.queue.concurrency_limit: expected one of: -1, 1)")]
    [InlineData("""{"name":"http-log","config":{"http_endpoint":"http://log.test","queue":{"max_batch_size":0}}}""", "schema violation (config.queue.max_batch_size: value should be between 1 and 1000000)")]
    [InlineData("""{"name":"prometheus","config":{"per_consumer":true}}""", null)]
    [InlineData("""{"name":"prometheus","config":{"per_consumer":1}}""", "schema violation (config.per_consumer: expected a boolean)")]
    [InlineData("""{"name":"correlation-id"}""", null)]
    [InlineData("""{"name":"correlation-id","config":{"generator":"snowflake"}}""", "schema violation (config.generator: expected one of: uuid, uuid#counter, tracker)")]
    [InlineData("""{"name":"request-size-limiting","config":{"allowed_payload_size":1.5}}""", "schema violation (config.allowed_payload_size: expected an integer)")]
    [InlineData("""{"name":"request-size-limiting","config":{"size_unit":"gigabytes"}}""", "schema violation (config.size_unit: expected one of: megabytes, kilobytes, bytes)")]
    [InlineData("""{"name":"response-transformer"}""", null)]
    [InlineData("""{"name":"response-transformer","config":{"add":{"headers":["X"]}}}""", "schema violation (config.add.headers.1: invalid value: X)")]
    [InlineData("""{"name":"response-transformer","config":{"add":{"json":["a:1"],"json_types":["list"]}}}""", "schema violation (config.add.json_types.1: expected one of: boolean, number, string)")]
    [InlineData("""{"name":"response-transformer","config":{"remove":{"json_types":[]}}}""", "schema violation (config.remove.json_types: unknown field)")]
    [InlineData("""{"name":"cors","config":{"methods":["FETCH"]}}""", "schema violation (config.methods.1: expected one of: GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS, TRACE, CONNECT)")]
    public void Settings_are_checked_in_Kongs_words(string body, string? message)
    {
        var state = new WorkspaceState(new EntitySchemas(PluginCatalog.Default));
        Assert.Equal(message, state.Validate("plugins", Encoding.UTF8.GetBytes(body))?.Message);
    }
}
