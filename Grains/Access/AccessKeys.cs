using System.Globalization;
using Mesh.Grains.Log;
using StackExchange.Redis;

namespace Mesh.Grains.Access;

/// <summary>Keys of what belongs to no workspace: none can be named <c>#access</c>, for names are escaped in keys.</summary>
internal sealed class AccessKeys(LogSettings settings)
{
    private readonly string prefix = $"{settings.Service}:{{#access}}:";

    /// <summary>Rises with each writing of <see cref="Tokens"/>; absent before the first.</summary>
    public RedisKey Version => prefix + "version";

    public RedisKey Tokens => prefix + "tokens";

    /// <param name="ring">Which records: <see cref="AuditRing"/>.</param>
    public RedisKey AuditPage(string ring, int slot) => $"{prefix}audit:{ring}:{slot.ToString(CultureInfo.InvariantCulture)}";
}
