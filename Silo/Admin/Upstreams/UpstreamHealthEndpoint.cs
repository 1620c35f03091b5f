using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Schemas;
using Mesh.Grains.Schemas.Formats;
using Mesh.Silo.Admin.Entities;

namespace Mesh.Silo.Admin.Upstreams;

/// <summary>
/// <c>/upstreams/{u}/health</c>: an upstream's targets with their health. No edge checks targets, which is what Kong calls
/// <c>HEALTHCHECKS_OFF</c>.
/// </summary>
internal static class UpstreamHealthEndpoint
{
    private const string Unchecked = "HEALTHCHECKS_OFF";

    public static AdminResource One(string upstream) => new()
    {
        Get = context => context.Query("balancer_health") == "1" ? OfUpstream(context, upstream) : OfTargets(context, upstream),
    };

    private static async Task<AdminAnswer> OfUpstream(AdminContext context, string upstream)
    {
        EntityReading reading = await context.Workspace.Read(EntityKinds.Upstreams, upstream, parent: null);
        if (reading.Document is null)
        {
            return AdminAnswer.NotFound;
        }

        AdminAnswer answer = AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject("data");
            json.WriteString("id", reading.Id);
            json.WriteString("health", Unchecked);
            json.WriteEndObject();
            json.WriteNull("next");
            json.WriteString("node_id", context.Services.Node.Id);
        });
        return answer with { Revision = reading.Revision };
    }

    private static async Task<AdminAnswer> OfTargets(AdminContext context, string upstream)
    {
        EntityParent parent = new("upstream", EntityKinds.Upstreams, upstream);
        if (!ListArguments.TryRead(context, context.Schemas.Find(EntityKinds.Targets)!, parent, out ListQuery query, out AdminAnswer? refusal))
        {
            return refusal;
        }

        EntityPage page = await context.Workspace.List(query);
        if (page.ParentMissing)
        {
            return AdminAnswer.NotFound with { Revision = page.Revision };
        }

        AdminAnswer answer = AdminAnswer.Object(StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("data");
            foreach (byte[] document in page.Documents)
            {
                WriteTarget(json, document);
            }

            json.WriteEndArray();
            ListAnswer.WriteNext(json, context, page.Next is { } last ? PageOffset.Of(last) : null, repeated: []);
            json.WriteString("node_id", context.Services.Node.Id);
        });
        return answer with { Revision = page.Revision };
    }

    private static void WriteTarget(Utf8JsonWriter json, byte[] document)
    {
        using JsonDocument target = JsonDocument.Parse(document);
        json.WriteStartObject();
        foreach (JsonProperty member in target.RootElement.EnumerateObject())
        {
            member.WriteTo(json);
        }

        json.WriteString("health", Unchecked);
        json.WriteStartObject("data");
        if (HostAddress.Parse(target.RootElement.GetProperty("target").GetString()!, out _) is { } address)
        {
            json.WriteString("host", address.Host);
            json.WriteNumber("port", address.Port ?? TargetSchema.DefaultPort);
        }

        int weight = target.RootElement.GetProperty("weight").GetInt32();
        json.WriteNumber("nodeWeight", weight);
        json.WriteStartObject("weight");
        json.WriteNumber("total", weight);
        json.WriteNumber("available", weight);
        json.WriteNumber("unavailable", 0);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
