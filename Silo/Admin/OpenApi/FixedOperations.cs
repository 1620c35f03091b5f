using System.Text.Json.Nodes;
using Mesh.Silo.Firewall.Formats;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary>What the paths that belong to no kind of entity do, by method and template.</summary>
internal static class FixedOperations
{
    private const string Node = "node";
    private const string Configuration = "configuration";
    private const string Fleet = "fleet";
    private const string Schemas = "schemas";
    private const string Explain = "explain";
    private const string Access = "access";

    private static readonly string[] Yaml = ["application/yaml", "text/yaml"];

    private static readonly Dictionary<string, Operation> All = new()
    {
        ["GET /"] = Read(Node, "Tell what this node is", Shape.Open),
        ["GET /status"] = Read(Node, "Tell whether the configuration can be reached", Shape.Record(
            ("database", Shape.Record(("reachable", Shape.Flag))), ("server", Shape.Map(Shape.Integer)), ("memory", Shape.Open),
            ("revision", Shape.Integer), ("uptime_seconds", Shape.Number))),
        ["GET /endpoints"] = Read(Node, "List every path", Shape.Record(("data", Shape.List(Shape.Text)))),
        ["GET /timers"] = Read(Node, "Count timers", Shape.Open),
        ["GET /kconfig.js"] = Read(Node, "Tell Kong Manager where the Admin API is", Shape.Text) with { AnswerType = "text/javascript" },
        ["DELETE /cache"] = Gone("Clear the cache of entities: there is none"),
        ["GET /cache/{key}"] = Read(Node, "Look into the cache of entities: there is none, so always 404", Shape.Open, 404),
        ["DELETE /cache/{key}"] = Gone("Clear one entry of the cache of entities: there is none"),
        ["GET /debug/node/log-level"] = Read(Node, "Read the log level of this process", Shape.Ref("Message")),
        ["PUT /debug/node/log-level/{level}"] = new(Node, "Change the log level of this process for a time")
        {
            Query = [("timeout", new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 86400, ["default"] = 60 }, "Seconds until the level of the settings is back.")],
            Answers = [(200, "Changed, or as it was.", Shape.Ref("Message"))],
        },
        ["GET /gateways"] = Read(Node, "List where edges reach the live silos", Shape.Record(("cluster_id", Shape.Text), ("service_id", Shape.Text), ("gateways", Shape.List(Shape.Text)))),
        ["GET /openapi.json"] = Read(Node, "Read this document", Shape.Open),
        ["GET /docs"] = Read(Node, "Show this document as a page", Shape.Text) with { AnswerType = "text/html" },
        ["GET /docs/{asset}"] = Read(Node, "Read a script of that page", Shape.Text, 404) with { AnswerType = "text/javascript" },
        ["GET /tags"] = Read(Configuration, "List all tags with the entities that carry them", Tags(), 400) with { Parameters = [.. SharedParts.Paging, .. SharedParts.Reading] },
        ["GET /tags/{tag}"] = Read(Configuration, "List the entities that carry a tag", Tags(), 400) with { Parameters = [.. SharedParts.Paging, .. SharedParts.Reading] },
        ["GET /config"] = Read(Configuration, "Export the whole configuration", Shape.Open) with
        {
            Description = "As JSON or YAML, in Kong's declarative format. Secrets are masked unless `secrets=1`.",
            Query = [("format", Shape.OneOf("json", "yaml"), "Otherwise as Accept says."), ("secrets", Shape.OneOf("0", "1"), "1: with secrets.")],
        },
        ["POST /config"] = new(Configuration, "Replace the whole configuration in one commit")
        {
            Description = "A document of Kong's declarative format. What it lacks is deleted. A mistake anywhere changes nothing, and every mistake is listed with its place.",
            Parameters = SharedParts.Writing,
            Query =
            [
                ("flatten_errors", Shape.OneOf("0", "1"), "1: one record per faulty entity."),
                ("check_hash", Shape.OneOf("0", "1"), "1: 304 when nothing would change."),
            ],
            Body = Shape.Open,
            BodyTypes = Yaml,
            BodyExample = JsonNode.Parse("""{"_format_version":"3.0","services":[{"name":"orders","url":"http://orders.internal:8080","routes":[{"name":"orders","paths":["/orders"]}]}]}"""),
            Answers = [(200, "Applied and durable; with `dry_run` what would change.", Shape.Open), (304, "With `check_hash`: it is so already.", null)],
            Errors = [412, 413, 415],
        },
        ["POST /batch"] = new(Configuration, "Write many entities as one commit, all or none")
        {
            Description = "Operations take effect in their order: a later one may refer to what an earlier one made.",
            Parameters = SharedParts.Writing,
            Body = Shape.Ref("BatchInput"),
            BodyExample = JsonNode.Parse("""{"operations":[{"method":"PUT","path":"/services/orders","body":{"url":"http://orders.internal:8080"}},{"method":"PUT","path":"/routes/orders","body":{"paths":["/orders"],"service":{"name":"orders"}}}]}"""),
            Answers = [(200, "The results in the order of the operations; with `dry_run` what would change.", AnyOf("BatchResults", "DryRun"))],
            Errors = [404, 409, 412, 413, 415],
        },
        ["GET /commits"] = Read(Configuration, "List commits, newest first", Shape.Ref("CommitList"), 400, 412) with
        {
            Parameters = [.. SharedParts.Paging, .. SharedParts.Reading],
            Query =
            [
                ("kind", Shape.Text, "Only commits that changed entities of this kind."),
                ("entity", Shape.Text, "Only commits that changed this entity: `id` or `kind:id`."),
                ("author", Shape.Text, "Only commits of this author."),
                ("since", Shape.Time, "Only commits from this time on."),
                ("until", Shape.Time, "Only commits up to this time."),
            ],
        },
        ["GET /commits/{commit}"] = Read(Configuration, "Read one commit (`7`), or what differs between two revisions (`7..9`)", AnyOf("Commit", "Diff"), 404, 412),
        ["POST /commits/{commit}/revert"] = new(Configuration, "Bring the state of a revision back, by a new commit")
        {
            Parameters = SharedParts.Writing,
            Answers = [(200, "Reverted; with `dry_run` what would change.", AnyOf("Reverted", "DryRun"))],
            Errors = [404, 409, 412],
        },
        ["GET /search"] = Read(Configuration, "Find entities by a text in their names, tags, hosts, paths and the like", Shape.Page(Shape.Record(
            ("kind", Shape.Text), ("id", Shape.Uuid), ("name", Shape.OrNull(Shape.Text)), ("matched", Shape.List(Shape.Record(("field", Shape.Text), ("value", Shape.Text)))))), 400) with
        {
            Parameters = [.. SharedParts.Paging, .. SharedParts.Reading],
            Query = [("q", Shape.Text, "The text, in any case."), ("kind", Shape.Text, "Only entities of this kind.")],
        },
        ["POST /explain"] = new(Explain, "Tell what would become of a request")
        {
            Description = "Route, plugins, target and headers, by the very steps that serve requests; nothing is sent and no plugin runs.",
            Body = Shape.Ref("ExplainInput"),
            BodyTypes = ["application/x-www-form-urlencoded"],
            BodyExample = JsonNode.Parse("""{"method":"GET","scheme":"https","host":"shop.example.com","path":"/orders/7?full=1","headers":{"accept":["application/json"]},"client_address":"192.0.2.1"}"""),
            Answers = [(200, "The explanation; `refusal` when Mesh itself would answer.", Shape.Ref("Explanation"))],
            Errors = [413, 415, 507],
        },
        ["GET /access/self"] = Read(Access, "Tell who the Admin API takes the caller for", Shape.Record(
            ("name", Shape.Text), ("role", Role()), ("credential", Shape.Text), ("address", Shape.Text), ("workspace", Shape.OrNull(Shape.Text)), ("tags", Shape.List(Shape.Text)))),
        ["GET /access/tokens"] = Read(Access, "List the tokens of the Admin API, without their text", Shape.Page(Token())),
        ["POST /access/tokens"] = new(Access, "Make a token; the answer is the only place that shows its text")
        {
            Body = Shape.Record(
                ("name", Shape.Text), ("role", Role()), ("ttl?", Shape.Described(Shape.Integer, "Seconds that it is good.")),
                ("workspace?", Shape.Described(Shape.Text, "The only one that it is good for.")), ("tags?", Shape.Described(Shape.List(Shape.Text), "Only entities that bear one of these; at most 5."))),
            BodyTypes = ["application/x-www-form-urlencoded"],
            BodyExample = JsonNode.Parse("""{"name":"ci","role":"operator","ttl":7776000}"""),
            Answers = [(201, "Good at every silo.", Shape.Joined(Token(), ("token", Shape.Text)))],
            Errors = [409, 413, 415],
        },
        ["GET /access/tokens/{token}"] = Read(Access, "Read a token, by name or id", Token(), 404),
        ["DELETE /access/tokens/{token}"] = new(Access, "Revoke a token, at once at every silo") { Answers = [(204, "Revoked.", null)], Errors = [404] },
        ["GET /audit"] = Read(Access, "List writes and refused attempts, newest first", Shape.Page(Shape.Record(
            ("sequence", Shape.Integer), ("time", Shape.Time), ("kind", Shape.OneOf("denied", "written")), ("name", Shape.OrNull(Shape.Text)), ("role", Shape.OrNull(Shape.Text)),
            ("address", Shape.OrNull(Shape.Text)), ("credential", Shape.OrNull(Shape.Text)), ("method", Shape.Text), ("path", Shape.OrNull(Shape.Text)), ("status", Shape.Integer),
            ("revision", Shape.OrNull(Shape.Integer)), ("reason", Shape.OrNull(Shape.Text)))), 400) with
        {
            Parameters = [.. SharedParts.Paging, .. SharedParts.Reading],
            Query =
            [
                ("kind", Shape.OneOf("denied", "written"), "Only these."),
                ("name", Shape.Text, "Only of this caller."),
                ("address", Shape.Text, "Only from this address."),
                ("since", Shape.Time, "Only from this time on."),
                ("until", Shape.Time, "Only up to this time."),
            ],
        },
        ["GET /edges"] = Read(Fleet, "List edges", Shape.Page(Shape.Ref("Edge"))),
        ["GET /edges/{edge}"] = Read(Fleet, "Read what one edge last reported", Shape.Ref("EdgeReading"), 404),
        ["GET /edges/listeners"] = Read(Fleet, "List all listeners, the edges' own too, and where they are bound", Shape.Page(Shape.Ref("ListenerStatus"))),
        ["GET /listeners/{listener}/status"] = Read("listeners", "Read where one listener is bound, and where it failed and why", Shape.Ref("ListenerStatus"), 404),
        ["GET /firewall"] = Read(Fleet, "Read the firewall rules that follow from the configuration", FirewallPlan(), 400) with
        {
            Description = "As a model, or with `format` as text (`text/plain`) for one of the filters that there are.",
            Query =
            [
                ("format", Shape.OneOf([.. FirewallFormat.Names]), "json unless named."),
                ("edge", Shape.Text, "Only for the host of this edge: its id or host name."),
                ("members", Shape.Text, "Addresses and networks of silos and edges that are to come, separated by commas."),
                ("egress", Shape.Text, "Also restrict where programs of this user connect to: its name or number."),
            ],
        },
        ["GET /metrics"] = Read(Fleet, "Read the edge's counters in Prometheus' text form", Shape.Text) with { AnswerType = "text/plain" },
        ["GET /metrics/summary"] = Read(Fleet, "Read all traffic, and that of each region", Shape.Record(
            ("minute", Shape.Ref("TrafficWindow")), ("hour", Shape.Ref("TrafficWindow")), ("regions", Shape.Map(Traffic())))),
        ["GET /routes/{route}/traffic"] = Read("routes", "Read the traffic of a route", TrafficOf(), 404),
        ["GET /services/{service}/traffic"] = Read("services", "Read the traffic of a service", TrafficOf(), 404),
        ["GET /upstreams/{upstream}/traffic"] = Read("upstreams", "Read the traffic of an upstream's targets", Shape.Record(
            ("id", Shape.Uuid),
            ("targets", Shape.List(Shape.Record(("target", Shape.OrNull(Shape.Text)), ("minute", Shape.Ref("TrafficWindow")), ("hour", Shape.Ref("TrafficWindow")))))), 404),
        ["GET /upstreams/{upstream}/health"] = Read("upstreams", "Read the health of an upstream's targets", Shape.Open, 404) with
        {
            Parameters = [.. SharedParts.Paging, .. SharedParts.Reading],
            Query = [("balancer_health", Shape.OneOf("0", "1"), "1: of the upstream as a whole.")],
        },
        ["PUT /upstreams/{upstream}/targets/{target}/healthy"] = Mark("healthy"),
        ["PUT /upstreams/{upstream}/targets/{target}/unhealthy"] = Mark("unhealthy"),
        ["PUT /upstreams/{upstream}/targets/{target}/{address}/healthy"] = Mark("healthy"),
        ["PUT /upstreams/{upstream}/targets/{target}/{address}/unhealthy"] = Mark("unhealthy"),
        ["GET /plugins/enabled"] = Read(Schemas, "List the plugins of this installation", Shape.Record(("enabled_plugins", Shape.List(Shape.Text)))),
        ["GET /plugins/schema/{plugin}"] = Read(Schemas, "Read the fields of a plugin's config (deprecated)", Shape.Ref("Declaration"), 404),
        ["POST /schemas/plugins/validate"] = Validate("a plugin", Shape.Ref("PluginInput")),
        ["POST /schemas/vaults/validate"] = Validate("a vault", Shape.Ref("VaultInput")),
        ["POST /schemas/{kind}/validate"] = Validate("an entity", Shape.Open),
        ["GET /schemas/plugins/{plugin}"] = Read(Schemas, "Read the declaration of a plugin", Shape.Ref("Declaration"), 404),
        ["GET /schemas/vaults/{vault}"] = Read(Schemas, "Read the declaration of a kind of vault", Shape.Ref("Declaration"), 404),
        ["GET /schemas/{kind}"] = Read(Schemas, "Read the declaration of a kind of entity", Shape.Ref("Declaration"), 404),
    };

    /// <summary>Null for a path of entities, and for one that nobody has described.</summary>
    public static Operation? Find(string method, string template) => All.GetValueOrDefault($"{method} {template}");

    /// <summary>All that are described, as <c>GET /status</c>.</summary>
    public static IReadOnlyCollection<string> Described => All.Keys;

    private static Operation Read(string tag, string summary, JsonObject answer, params int[] errors) =>
        new(tag, summary) { Parameters = SharedParts.Reading, Answers = [(200, "As asked.", answer)], Errors = errors.Contains(412) ? errors : [.. errors, 412] };

    private static Operation Gone(string summary) => new(Node, summary) { Answers = [(204, "Nothing was to be done.", null)] };

    private static Operation Mark(string health) => new("upstreams", $"Mark a target {health}")
    {
        Description = "While no edge checks targets there is nothing to mark: 400.",
        Answers = [(204, "Marked.", null)],
        Errors = [404],
    };

    private static Operation Validate(string what, JsonObject body) => new(Schemas, $"Check {what} and change nothing")
    {
        Body = body,
        Answers = [(200, "It is good.", Shape.Ref("Message"))],
        Errors = [404, 413, 415],
    };

    private static JsonObject Role() => Shape.OneOf("admin", "operator", "viewer", "edge");

    private static JsonObject Token() => Shape.Record(
        ("id", Shape.Uuid), ("name", Shape.Text), ("role", Role()), ("workspace", Shape.OrNull(Shape.Text)), ("tags", Shape.List(Shape.Text)),
        ("created_at", Shape.Time), ("created_by", Shape.Text), ("expires_at", Shape.OrNull(Shape.Time)), ("last_used_at", Shape.OrNull(Shape.Time)));

    private static JsonObject FirewallPlan()
    {
        JsonObject sources = Shape.Described(Shape.OrNull(Shape.List(Shape.Text)), "Addresses and networks; null: everybody.");
        return Shape.Record(
            ("revision", Shape.Integer), ("workspace", Shape.Text), ("host", Shape.OrNull(Shape.Text)),
            ("doors", Shape.List(Shape.Record(
                ("kind", Shape.OneOf("proxy", "stream", "status", "admin", "silo", "gateway", "redis")), ("name", Shape.Text), ("protocol", Shape.OneOf("tcp", "udp")),
                ("address", Shape.Described(Shape.Text, "Bound to; `*` takes both families.")), ("port", Shape.Integer),
                ("local", Shape.Described(Shape.Flag, "On loopback.")), ("sources", sources), ("reason", Shape.Text), ("hosts", Shape.List(Shape.Text))))),
            ("diverts", Shape.List(Shape.Record(
                ("listener", Shape.Text), ("protocol", Shape.OneOf("tcp", "udp")), ("address", Shape.Text), ("port", Shape.Integer), ("destination", Shape.Text),
                ("destination_port", Shape.OrNull(Shape.Integer)), ("sources", sources.DeepClone().AsObject())))),
            ("returns_to_sources", Shape.Described(Shape.Flag, "A service preserves the source: its targets' answers are taken back.")),
            ("egress", Shape.List(Shape.Record(("host", Shape.Text), ("port", Shape.Integer), ("protocol", Shape.OneOf("tcp", "udp")), ("reason", Shape.Text)))),
            ("warnings", Shape.List(Shape.Text)));
    }

    private static JsonObject AnyOf(params string[] components) => new() { ["anyOf"] = new JsonArray([.. components.Select(Shape.Ref)]) };

    private static JsonObject Traffic() => Shape.Record(("minute", Shape.Ref("TrafficWindow")), ("hour", Shape.Ref("TrafficWindow")));

    private static JsonObject TrafficOf() => Shape.Record(("id", Shape.Uuid), ("minute", Shape.Ref("TrafficWindow")), ("hour", Shape.Ref("TrafficWindow")));

    private static JsonObject Tags() => Shape.Page(Shape.Record(("tag", Shape.Text), ("entity_name", Shape.Text), ("entity_id", Shape.Uuid)));
}
