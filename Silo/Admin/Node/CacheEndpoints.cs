namespace Mesh.Silo.Admin.Node;

/// <summary><c>/cache</c>: there is no cache of entities to look into, and none to clear; scripts written for Kong go on.</summary>
internal static class CacheEndpoints
{
    public static AdminResource All { get; } = new() { Delete = _ => Cleared };

    public static AdminResource One { get; } = new() { Get = _ => Task.FromResult(AdminAnswer.NotFound), Delete = _ => Cleared };

    private static Task<AdminAnswer> Cleared => Task.FromResult(AdminAnswer.Empty(StatusCodes.Status204NoContent));
}
