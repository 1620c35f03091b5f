using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>Entities as they stand in serialized requests: fields that are set. Written once per entity and revision.</summary>
internal static class EntityText
{
    private static readonly ConditionalWeakTable<Entity, byte[]> Written = [];

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Of<T>(T entity)
        where T : Entity => Written.GetValue(entity, static known => JsonSerializer.SerializeToUtf8Bytes((T)known, Options));
}
