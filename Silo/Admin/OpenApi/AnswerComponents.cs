using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Mesh.Edge.Explain;
using Mesh.Silo.Admin.Explain;

namespace Mesh.Silo.Admin.OpenApi;

/// <summary>Answers that are no entities and that several operations share, or that are large.</summary>
internal static class AnswerComponents
{
    private static JsonObject Header => Shape.Record(
        ("revision", Shape.Integer),
        ("time", Shape.Time),
        ("author", Shape.Record(("name", Shape.Text), ("address", Shape.OrNull(Shape.Text)), ("credential", Shape.OrNull(Shape.Text)))),
        ("operation", Shape.Uuid),
        ("summary", Shape.Text),
        ("changes_count", Shape.Integer));

    private static JsonObject Latency => Shape.Record(
        ("mean", Shape.OrNull(Shape.Number)), ("p50", Shape.OrNull(Shape.Number)), ("p90", Shape.OrNull(Shape.Number)),
        ("p99", Shape.OrNull(Shape.Number)), ("max", Shape.OrNull(Shape.Number)));

    private static JsonObject Statuses => Shape.Record(("1xx", Shape.Integer), ("2xx", Shape.Integer), ("3xx", Shape.Integer), ("4xx", Shape.Integer), ("5xx", Shape.Integer));

    private static JsonObject EdgeIdentity => Shape.Record(
        ("id", Shape.Uuid), ("session", Shape.Uuid), ("hostname", Shape.Text), ("version", Shape.Text), ("runtime", Shape.Text), ("region", Shape.Text),
        ("zone", Shape.Text), ("started_at", Shape.Integer), ("workspace", Shape.Text), ("applied_revision", Shape.Integer), ("seen_at", Shape.Number), ("live", Shape.Flag));

    private static JsonObject ListenerState => Shape.Record(
        ("name", Shape.Text), ("listen", Shape.Text), ("state", Shape.Text), ("reason", Shape.OrNull(Shape.Text)), ("connections", Shape.Integer), ("accepted", Shape.Integer), ("refused", Shape.Integer));

    public static void AddTo(JsonObject components)
    {
        components["Error"] = SharedParts.Error();
        components["CommitHeader"] = Header;
        components["CommitList"] = Shape.Page(Shape.Ref("CommitHeader"));
        components["Change"] = Shape.Record(
            ("kind", Shape.Text), ("id", Shape.Uuid), ("name", Shape.OrNull(Shape.Text)), ("operation", Shape.OneOf("create", "update", "delete")),
            ("before", Shape.Described(Shape.OrNull(Shape.Open), "Secrets are masked.")), ("after", Shape.OrNull(Shape.Open)),
            ("fields", Shape.Described(Shape.List(Shape.Text), "Of an update: what differs.")));
        components["Commit"] = Shape.Joined(Header, ("changes", Shape.List(Shape.Ref("Change"))));
        components["Diff"] = Shape.Record(("from", Shape.Integer), ("to", Shape.Integer), ("changes", Shape.List(Shape.Ref("Change"))));
        components["VersionList"] = Shape.Page(Shape.Joined(Header, ("change", Shape.Ref("Change"))));
        components["DryRun"] = Shape.Record(("dry_run", Shape.Const(true)), ("revision", Shape.Integer), ("changes", Shape.List(Shape.Ref("Change"))));
        components["Reverted"] = Shape.Record(("revision", Shape.Integer), ("reverted_to", Shape.Integer), ("changes", Shape.List(Shape.Ref("Change"))));
        components["BatchInput"] = Shape.Record(("operations", Operations()));
        components["BatchResults"] = Shape.Record(
            ("revision", Shape.Integer),
            ("results", Shape.List(Shape.Record(("status", Shape.Integer), ("body", Shape.OrNull(Shape.Open))))));
        components["TrafficWindow"] = Shape.Record(
            ("seconds", Shape.Number), ("edges", Shape.Integer), ("requests", Shape.Integer), ("requests_per_second", Shape.Number), ("statuses", Statuses),
            ("failures", Shape.Integer), ("retries", Shape.Integer), ("bytes_in", Shape.Integer), ("bytes_out", Shape.Integer),
            ("latency_ms", Latency), ("upstream_latency_ms", Latency));
        components["Edge"] = Shape.Joined(EdgeIdentity, ("problems", Shape.Described(Shape.Integer, "How many entities it cannot serve.")));
        components["EdgeReading"] = Shape.Joined(
            EdgeIdentity,
            ("problems", Shape.List(Shape.Record(("revision", Shape.Integer), ("kind", Shape.Text), ("id", Shape.Uuid), ("reason", Shape.Text)))),
            ("listeners", Shape.List(ListenerState)),
            ("resources", Shape.Record(
                ("working_set_bytes", Shape.Integer), ("managed_heap_bytes", Shape.Integer), ("cpu_seconds", Shape.Number), ("open_connections", Shape.Integer), ("requests_in_flight", Shape.Integer))));
        components["ListenerStatus"] = Shape.Record(
            ("name", Shape.Text), ("edges", Shape.List(Shape.Joined(ListenerState, ("edge", Shape.Uuid), ("seen_at", Shape.Number)))));
        components["Message"] = Shape.Record(("message", Shape.Text));
        components["Declaration"] = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["fields"] = Shape.List(Shape.Open) },
            ["required"] = new JsonArray("fields"),
            ["description"] = "Kong's form: an array of objects with one member each, the field's name and its attributes.",
        };
        components["ExplainInput"] = FieldSchema.Record(ExplainBody.Schema.Fields, FieldUse.Write);
        components["Explanation"] = Explanation();
    }

    /// <summary>From the record that is written. References inside it are made from its place in the document.</summary>
    private static JsonObject Explanation()
    {
        JsonNode schema = ExplanationJson.Options.GetJsonSchemaAsNode(typeof(Explanation), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
        MoveReferences(schema);
        return schema.AsObject();
    }

    private static void MoveReferences(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject record when record["$ref"]?.GetValue<string>() is { } reference:
                record["$ref"] = "#/components/schemas/Explanation" + reference.TrimStart('#');
                break;
            case JsonObject record:
                foreach ((_, JsonNode? member) in record)
                {
                    MoveReferences(member);
                }

                break;
            case JsonArray list:
                foreach (JsonNode? element in list)
                {
                    MoveReferences(element);
                }

                break;
        }
    }

    private static JsonObject Operations()
    {
        JsonObject operations = Shape.List(Shape.Record(("method", Shape.OneOf("POST", "PUT", "PATCH", "DELETE")), ("path", Shape.Text), ("body?", Shape.OrNull(Shape.Open))));
        operations["maxItems"] = Batch.BatchEndpoint.MaxOperations;
        return operations;
    }
}
