using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mesh.Abstractions.Entities;

/// <summary>Reads canonical documents. Unknown fields are ignored, so that an older edge can read a newer silo's entities.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(Service))]
[JsonSerializable(typeof(Route))]
[JsonSerializable(typeof(Upstream))]
[JsonSerializable(typeof(Target))]
[JsonSerializable(typeof(Consumer))]
[JsonSerializable(typeof(Plugin))]
[JsonSerializable(typeof(Certificate))]
[JsonSerializable(typeof(Sni))]
[JsonSerializable(typeof(CaCertificate))]
[JsonSerializable(typeof(KeyAuthCredential))]
[JsonSerializable(typeof(BasicAuthCredential))]
[JsonSerializable(typeof(Acl))]
public sealed partial class EntityJson : JsonSerializerContext;
