using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mesh.Abstractions.Entities;

/// <summary>
/// Reads canonical documents. Unknown fields are ignored, so that an older edge can read a newer silo's entities; a field
/// that is absent takes the default of its record, so that a newer edge can read what an older silo stored.
/// </summary>
/// <remarks>
/// By reflection, not generated source: generated readers set every init-only property, also those that the document does
/// not name, to the default of its type (a service without <c>enabled</c> would be switched off).
/// </remarks>
public sealed class EntityJson
{
    private readonly JsonSerializerOptions options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private EntityJson()
    {
        options.MakeReadOnly();
        Service = Of<Service>();
        Route = Of<Route>();
        Upstream = Of<Upstream>();
        Target = Of<Target>();
        Consumer = Of<Consumer>();
        Plugin = Of<Plugin>();
        Certificate = Of<Certificate>();
        Sni = Of<Sni>();
        CaCertificate = Of<CaCertificate>();
        KeyAuthCredential = Of<KeyAuthCredential>();
        BasicAuthCredential = Of<BasicAuthCredential>();
        Acl = Of<Acl>();
        Vault = Of<Vault>();
        Listener = Of<Listener>();
    }

    public static EntityJson Default { get; } = new();

    public JsonTypeInfo<Service> Service { get; }
    public JsonTypeInfo<Route> Route { get; }
    public JsonTypeInfo<Upstream> Upstream { get; }
    public JsonTypeInfo<Target> Target { get; }
    public JsonTypeInfo<Consumer> Consumer { get; }
    public JsonTypeInfo<Plugin> Plugin { get; }
    public JsonTypeInfo<Certificate> Certificate { get; }
    public JsonTypeInfo<Sni> Sni { get; }
    public JsonTypeInfo<CaCertificate> CaCertificate { get; }
    public JsonTypeInfo<KeyAuthCredential> KeyAuthCredential { get; }
    public JsonTypeInfo<BasicAuthCredential> BasicAuthCredential { get; }
    public JsonTypeInfo<Acl> Acl { get; }
    public JsonTypeInfo<Vault> Vault { get; }
    public JsonTypeInfo<Listener> Listener { get; }

    private JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}
