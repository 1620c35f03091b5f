namespace Mesh.Grains.Log;

/// <summary>
/// The only writes that other writers must not see half. Plain Lua 5.1 over string commands, alike on Redis and on the
/// embedded store (there only with transactional scripts: every key stands in KEYS). Nothing is written before all is checked.
/// </summary>
internal static class LogScripts
{
    public const int Conflict = 0;
    public const int Appended = 1;
    public const int Recorded = 2;
    public const int ChunkMissing = 3;

    /// <summary>
    /// KEYS: head, operation, entry, chunks…; ARGV: expected head, new head, entry value.
    /// The three keys are set by one command, so that no error can come between them.
    /// </summary>
    public const string Append = """
        local recorded = redis.call('GET', KEYS[2])
        if recorded then return {2, tonumber(recorded)} end
        local head = redis.call('GET', KEYS[1])
        if not head then head = '0' end
        if head ~= ARGV[1] then return {0, tonumber(head)} end
        for i = 4, #KEYS do
          if redis.call('EXISTS', KEYS[i]) == 0 then return {3, tonumber(head)} end
        end
        for i = 4, #KEYS do redis.call('PERSIST', KEYS[i]) end
        redis.call('MSET', KEYS[3], ARGV[3], KEYS[2], ARGV[2], KEYS[1], ARGV[2])
        return {1, tonumber(ARGV[2])}
        """;

    /// <summary>
    /// KEYS: snapshot index, new pages (ARGV[4] of them), retired pages…; ARGV: expected index ('' for none), new index,
    /// seconds that retired pages stay, number of new pages. Answers 1, or 0 when another writer was first or a page has expired.
    /// </summary>
    public const string PublishSnapshot = """
        local index = redis.call('GET', KEYS[1])
        if not index then index = '' end
        if index ~= ARGV[1] then return 0 end
        local fresh = tonumber(ARGV[4]) + 1
        for i = 2, fresh do
          if redis.call('EXISTS', KEYS[i]) == 0 then return 0 end
        end
        for i = 2, fresh do redis.call('PERSIST', KEYS[i]) end
        for i = fresh + 1, #KEYS do redis.call('EXPIRE', KEYS[i], ARGV[3]) end
        redis.call('SET', KEYS[1], ARGV[2])
        return 1
        """;

    /// <summary>KEYS: trimmed, keys to delete…; ARGV: revision up to which commits are gone.</summary>
    public const string Trim = """
        local trimmed = redis.call('GET', KEYS[1])
        if not trimmed or tonumber(trimmed) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
        for i = 2, #KEYS do redis.call('DEL', KEYS[i]) end
        return 1
        """;
}
