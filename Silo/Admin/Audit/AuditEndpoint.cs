using System.Text.Json;
using Mesh.Abstractions.Access;
using Mesh.Abstractions.Grains;
using Mesh.Silo.Admin.Errors;

namespace Mesh.Silo.Admin.Audit;

/// <summary><c>/audit</c>: writes and refused attempts, newest first.</summary>
internal static class AuditEndpoint
{
    public static AdminResource Resource { get; } = new() { Get = Read };

    private static async Task<AdminAnswer> Read(AdminContext context)
    {
        AuditQuery query = new(
            PageAnswer.Before(context), PageAnswer.Size(context), Denied(context), context.Query("name"), context.Query("address"), TimeText.Query(context, "since"), TimeText.Query(context, "until"));
        AuditPage page = await context.Grains.GetGrain<IAuditGrain>(IAuditGrain.Key).Read(query);
        return PageAnswer.Of(context, head: null, page.Records, PageAnswer.Offset(page.Next), Write);
    }

    private static bool? Denied(AdminContext context) => context.Query("kind") switch
    {
        null => null,
        "denied" => true,
        "written" => false,
        _ => throw new AdminRefusal(ProblemAnswer.InvalidOption("kind", "expected 'denied' or 'written'")),
    };

    private static void Write(Utf8JsonWriter json, AuditRecord record)
    {
        json.WriteNumber("sequence", record.Sequence);
        json.WriteString("time", TimeText.Of(record.Time));
        json.WriteString("kind", record.Denied ? "denied" : "written");
        json.WriteString("name", record.Name);
        json.WriteString("role", record.Role?.ToString().ToLowerInvariant());
        json.WriteString("address", record.Address);
        json.WriteString("credential", record.Credential);
        json.WriteString("method", record.Method);
        json.WriteString("path", record.Path);
        json.WriteNumber("status", record.Status);
        if (record.Revision is { } revision)
        {
            json.WriteNumber("revision", revision);
        }
        else
        {
            json.WriteNull("revision");
        }

        json.WriteString("reason", record.Reason);
    }
}
