using Mesh.Abstractions.Access;

namespace Mesh.Silo.Admin.Access;

/// <summary>Who may use a path. Stands beside each path in <see cref="AdminRoutes"/>.</summary>
/// <param name="Readers">For GET and HEAD.</param>
/// <param name="Writers">For every other method.</param>
internal sealed record AccessRule(AccessRoles Readers, AccessRoles Writers, AccessScope Scope)
{
    /// <summary>Nothing is changed here, whatever the method.</summary>
    public bool OnlyAnswers { get; init; }

    /// <summary>What the Admin API says of itself.</summary>
    public static AccessRule Description { get; } = new(AccessRoles.Readers, AccessRoles.Readers, AccessScope.Open) { OnlyAnswers = true };

    /// <summary>Who one is.</summary>
    public static AccessRule Self { get; } = new(AccessRoles.All, AccessRoles.None, AccessScope.Open);

    public static AccessRule Node { get; } = new(AccessRoles.Readers, AccessRoles.Writers, AccessScope.Node);

    /// <summary>What edges need.</summary>
    public static AccessRule Edges { get; } = new(AccessRoles.All, AccessRoles.None, AccessScope.Node);

    public static AccessRule Entities { get; } = new(AccessRoles.Readers, AccessRoles.Writers, AccessScope.Entities);

    public static AccessRule Workspace { get; } = new(AccessRoles.Readers, AccessRoles.Writers, AccessScope.Workspace);

    /// <summary>Questions about a workspace that come as POST.</summary>
    public static AccessRule Question { get; } = new(AccessRoles.Readers, AccessRoles.Readers, AccessScope.Workspace) { OnlyAnswers = true };

    public static AccessRule Access { get; } = new(AccessRoles.Admin, AccessRoles.Admin, AccessScope.Access);

    /// <param name="workspace">The one that the path means.</param>
    public bool Allows(Caller caller, string method, string workspace)
    {
        bool reads = IsRead(method);
        return Has(reads ? Readers : Writers, caller.Role) && Scope switch
        {
            AccessScope.Open => true,
            AccessScope.Node => reads || !caller.IsBound,
            AccessScope.Entities => caller.Workspace is null || caller.Workspace == workspace,
            AccessScope.Workspace => (caller.Workspace is null || caller.Workspace == workspace) && caller.Tags.Length == 0,
            _ => !caller.IsBound,
        };
    }

    public static bool IsRead(string method) => method is "GET" or "HEAD";

    private static bool Has(AccessRoles roles, AccessRole role) => ((int)roles & (1 << (int)role)) != 0;
}
