using System.Globalization;
using StackExchange.Redis;

namespace Mesh.Grains.Log;

/// <summary>Keys of one workspace. They share a hash tag, so that one script may touch them all wherever they lie.</summary>
/// <param name="service">Keeps installations apart that share a Redis.</param>
internal sealed class LogKeys(string service, string workspace)
{
    private readonly string prefix = $"{service}:{{{Uri.EscapeDataString(workspace)}}}:";

    /// <summary>Revision of the newest commit; absent while there is none.</summary>
    public RedisKey Head => prefix + "head";

    /// <summary>Commits up to this revision were trimmed; absent while none was.</summary>
    public RedisKey Trimmed => prefix + "trimmed";

    /// <summary>Which snapshots are complete, see <see cref="SnapshotIndex"/>.</summary>
    public RedisKey Snapshots => prefix + "snapshots";

    public RedisKey Entry(long revision) => prefix + "entry:" + revision.ToString(CultureInfo.InvariantCulture);

    /// <summary>Revision that an operation id led to.</summary>
    public RedisKey Operation(Guid operationId) => prefix + "operation:" + operationId.ToString("N");

    /// <summary>A part of a large entry. The token is new for every attempt: two attempts never write the same key.</summary>
    public RedisKey Chunk(Guid token, int index) => prefix + "chunk:" + token.ToString("N") + ":" + index.ToString(CultureInfo.InvariantCulture);

    public RedisKey SnapshotPage(Guid token, int page) => prefix + "snapshot:" + token.ToString("N") + ":" + page.ToString(CultureInfo.InvariantCulture);
}
