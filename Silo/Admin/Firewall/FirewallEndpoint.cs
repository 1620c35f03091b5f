using System.Text;
using System.Text.Json;
using Mesh.Silo.Admin.Errors;
using Mesh.Silo.Firewall;
using Mesh.Silo.Firewall.Formats;

namespace Mesh.Silo.Admin.Firewall;

/// <summary><c>/firewall</c>: the rules that follow from the configuration, as a model or ready for one of the filters that there are.</summary>
internal static class FirewallEndpoint
{
    private const int MaxMembers = 256;
    private const string PlainText = "text/plain; charset=utf-8";

    public static AdminResource Resource { get; } = new() { Get = Read };

    private static async Task<AdminAnswer> Read(AdminContext context)
    {
        string name = context.Query("format") ?? FirewallFormat.Json.Name;
        if (FirewallFormat.Find(name) is not { } format)
        {
            return ProblemAnswer.InvalidOption("format", $"expected one of: {string.Join(", ", FirewallFormat.Names)}");
        }

        string? user = context.Query("egress");
        if (user is not null && !FirewallOptions.IsUser(user))
        {
            return ProblemAnswer.InvalidOption("egress", $"expected {FirewallOptions.UserRule}");
        }

        string[] members = context.Query("members")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (members.Length > MaxMembers || members.Any(member => Networks.Parse(member) is null))
        {
            return ProblemAnswer.InvalidOption("members", $"expected addresses or networks, such as 10.0.0.0/16, separated by commas, at most {MaxMembers}");
        }

        if (await FirewallReading.Read(context, context.Query("edge"), Networks.Of(members)) is not { } facts)
        {
            return ProblemAnswer.InvalidOption("edge", "no edge of this workspace has this id or host name");
        }

        FirewallPlan plan = FirewallPlanner.Plan(facts);
        FirewallOptions options = new(user);
        return format.Refuse(plan, options) is { } refusal ? ProblemAnswer.InvalidOption("format", refusal)
            : format.Write is { } write ? new AdminAnswer(StatusCodes.Status200OK, Encoding.UTF8.GetBytes(write(plan, options)), PlainText, plan.Revision)
            : AdminAnswer.Object(StatusCodes.Status200OK, json => Write(json, plan)) with { Revision = plan.Revision };
    }

    private static void Write(Utf8JsonWriter json, FirewallPlan plan)
    {
        json.WriteNumber("revision", plan.Revision);
        json.WriteString("workspace", plan.Workspace);
        json.WriteString("host", plan.Edge);
        json.WriteStartArray("doors");
        foreach (Door door in plan.Doors)
        {
            json.WriteStartObject();
            json.WriteString("kind", door.Kind);
            json.WriteString("name", door.Name);
            json.WriteString("protocol", door.Protocol);
            json.WriteString("address", door.BothFamilies ? "*" : door.Address.ToString());
            json.WriteNumber("port", door.Port);
            json.WriteBoolean("local", door.IsLocal);
            Sources(json, door.Sources);
            json.WriteString("reason", door.Reason);
            List(json, "hosts", door.Hosts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("diverts");
        foreach (Divert divert in plan.Diverts)
        {
            json.WriteStartObject();
            json.WriteString("listener", divert.Listener);
            json.WriteString("protocol", divert.Protocol);
            json.WriteString("address", divert.At.ToString());
            json.WriteNumber("port", divert.Port);
            json.WriteString("destination", divert.Destination is { } network ? Networks.Text(network) : divert.Family == System.Net.Sockets.AddressFamily.InterNetwork ? "0.0.0.0/0" : "::/0");
            json.WritePropertyName("destination_port");
            if (divert.DestinationPort is { } port)
            {
                json.WriteNumberValue(port);
            }
            else
            {
                json.WriteNullValue();
            }

            Sources(json, divert.Sources);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("returns_to_sources", plan.ReturnsToSources);
        json.WriteStartArray("egress");
        foreach (Exit exit in plan.Exits)
        {
            json.WriteStartObject();
            json.WriteString("host", exit.Host);
            json.WriteNumber("port", exit.Port);
            json.WriteString("protocol", exit.Protocol);
            json.WriteString("reason", exit.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        List(json, "warnings", plan.Warnings);
    }

    private static void Sources(Utf8JsonWriter json, Networks? sources)
    {
        if (sources is null)
        {
            json.WriteNull("sources");
        }
        else
        {
            List(json, "sources", sources.Texts);
        }
    }

    private static void List(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
