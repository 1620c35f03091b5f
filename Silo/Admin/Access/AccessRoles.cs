namespace Mesh.Silo.Admin.Access;

/// <summary>A set of <see cref="Abstractions.Access.AccessRole"/>s; each has the bit of its number.</summary>
[Flags]
internal enum AccessRoles
{
    None = 0,
    Admin = 1 << Abstractions.Access.AccessRole.Admin,
    Operator = 1 << Abstractions.Access.AccessRole.Operator,
    Viewer = 1 << Abstractions.Access.AccessRole.Viewer,
    Edge = 1 << Abstractions.Access.AccessRole.Edge,
    Writers = Admin | Operator,
    Readers = Writers | Viewer,
    All = Readers | Edge,
}
