using Mesh.Silo.Admin.Schemas;

namespace Mesh.Silo.Admin.Access;

/// <summary><c>/access/self</c>: who the Admin API takes the caller for.</summary>
internal static class SelfEndpoint
{
    public static AdminResource Resource { get; } = new() { Get = context => Task.FromResult(Describe(context.Caller)) };

    private static AdminAnswer Describe(Caller caller) => AdminAnswer.Object(StatusCodes.Status200OK, json =>
    {
        json.WriteString("name", caller.Name);
        json.WriteString("role", caller.Role.ToString().ToLowerInvariant());
        json.WriteString("credential", caller.Credential);
        json.WriteString("address", caller.Peer.ToString());
        json.WriteString("workspace", caller.Workspace);
        FieldJson.WriteStrings(json, "tags", caller.Tags);
    });
}
