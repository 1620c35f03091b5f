using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas.Formats;

namespace Mesh.Grains.Schemas;

/// <summary>Fields that several kinds share.</summary>
internal static class CommonFields
{
    public static readonly string[] Protocols = ["grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp"];

    public static Field Id { get; } = Field.String("id") with { Uuid = true, Auto = true };
    public static Field CreatedAt { get; } = Field.Integer("created_at") with { Timestamp = true, Auto = true };
    public static Field UpdatedAt { get; } = Field.Integer("updated_at") with { Timestamp = true, Auto = true };
    public static Field Tags { get; } = Field.Set("tags", Field.String("tag") with { Required = true, Check = TextChecks.Tag });

    /// <summary>Kong's utf8_name.</summary>
    public static Field Name(string name = "name") => Field.String(name) with { Unique = true, Check = TextChecks.Name };

    public static Field Protocol(string name) => Field.String(name) with { OneOf = Protocols };

    public static Field Port(string name) => Field.Integer(name) with { Min = 0, Max = HostAddress.MaxPort };

    public static Field Path(string name) => Field.String(name) with { StartsWith = "/", Check = PathChecks.Path };

    public static Field HeaderName(string name) => Field.String(name) with { Check = TextChecks.HeaderName };

    public static Field Headers(Field key) => Field.Map("headers", key, Field.Array("values", Field.String("value")));

    /// <summary>Of a credential or a plugin.</summary>
    public static Field Consumer(bool required) =>
        Field.Foreign("consumer", Abstractions.Configuration.EntityKinds.Consumers) with { Required = required, Cascade = true };
}
