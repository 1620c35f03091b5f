namespace Mesh.Abstractions.Configuration;

/// <summary>Names of the entity kinds, as they stand in the declarative format, the log and on the wire.</summary>
public static class EntityKinds
{
    public const string Services = "services";
    public const string Routes = "routes";
    public const string Upstreams = "upstreams";
    public const string Targets = "targets";
    public const string Consumers = "consumers";
    public const string Plugins = "plugins";
    public const string Certificates = "certificates";
    public const string Snis = "snis";
    public const string CaCertificates = "ca_certificates";
    public const string KeySets = "key_sets";
    public const string Keys = "keys";
    public const string Vaults = "vaults";
    public const string KeyAuthCredentials = "keyauth_credentials";
    public const string BasicAuthCredentials = "basicauth_credentials";
    public const string Acls = "acls";
    public const string Listeners = "listeners";
}
