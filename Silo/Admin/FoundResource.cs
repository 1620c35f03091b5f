using Mesh.Silo.Admin.Access;

namespace Mesh.Silo.Admin;

/// <summary>What a path stands for.</summary>
/// <param name="Template">Of the route that fits.</param>
internal sealed record FoundResource(string Workspace, AdminResource Resource, AccessRule Rule, string Template);
