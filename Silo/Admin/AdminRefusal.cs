namespace Mesh.Silo.Admin;

/// <summary>Ends a request with an answer from any depth; only for what is wrong with the request itself.</summary>
internal sealed class AdminRefusal(AdminAnswer answer) : Exception
{
    public AdminAnswer Answer { get; } = answer;
}
