using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Abstractions.Access;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;
using Mesh.Grains.Log;
using StackExchange.Redis;

namespace Mesh.Grains.Access;

/// <summary>All tokens as one sealed document with a version: who did not see the newest cannot overwrite it.</summary>
internal sealed class TokenStore(IConnectionMultiplexer connection, PayloadSeal seal, LogSettings settings)
{
    /// <summary>KEYS: version, tokens; ARGV: expected version, new version, document. Answers 1, or 0 when another writer was first.</summary>
    private const string Replace = """
        local version = redis.call('GET', KEYS[1])
        if not version then version = '0' end
        if version ~= ARGV[1] then return 0 end
        redis.call('MSET', KEYS[1], ARGV[2], KEYS[2], ARGV[3])
        return 1
        """;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly AccessKeys keys = new(settings);

    /// <exception cref="StoreUnavailableException">It cannot be read now.</exception>
    /// <exception cref="StoreDamagedException">What is there cannot be understood, or not with this keyring key.</exception>
    public async Task<(long Version, AccessToken[] Tokens)> Load()
    {
        RedisValue[] values = await StoreCalls.Run(() => connection.GetDatabase().StringGetAsync([keys.Version, keys.Tokens]));
        if (values[1].IsNull)
        {
            return ((long?)values[0] ?? 0, []);
        }

        try
        {
            return ((long)values[0], JsonSerializer.Deserialize<AccessToken[]>(seal.Open((byte[])values[1]!), Form) ?? []);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw new StoreDamagedException($"the tokens of the Admin API cannot be read: {e.Message}");
        }
    }

    /// <returns>False when the stored version is another one.</returns>
    /// <exception cref="StoreUnavailableException">It may have been written or not.</exception>
    public async Task<bool> Save(long version, AccessToken[] tokens)
    {
        byte[] document = seal.Seal(JsonSerializer.SerializeToUtf8Bytes(tokens, Form));
        RedisResult result = await StoreCalls.Run(() => connection.GetDatabase().ScriptEvaluateAsync(Replace, [keys.Version, keys.Tokens], [version, version + 1, document]));
        return (int)result == 1;
    }
}
