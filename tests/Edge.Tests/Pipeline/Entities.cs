using System.Text.Json;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;

namespace Mesh.Edge.Tests.Pipeline;

/// <summary>Entities and their canonical documents, every field in place as the control plane sends them.</summary>
internal static class Entities
{
    public static Guid Id(int number) => Sync.Documents.Id(number);

    public static EntityRef Ref(int number) => new(Id(number));

    public static Service Service(int number, int port, string host = "127.0.0.1") =>
        new() { Id = Id(number), Name = $"service-{number}", Host = host, Port = port };

    public static Route Route(int number, int? service, string path = "/") =>
        new() { Id = Id(number), Name = $"route-{number}", Paths = [path], Service = service is { } id ? Ref(id) : null };

    public static Upstream Upstream(int number, string name) => new() { Id = Id(number), Name = name };

    public static Target Target(int number, int upstream, string address, int weight = 100) =>
        new() { Id = Id(number), Upstream = Ref(upstream), Address = address, Weight = weight };

    public static EntityChange Put(this Service entity) => new(EntityKinds.Services, entity.Id, JsonSerializer.SerializeToUtf8Bytes(entity, EntityJson.Default.Service));

    public static EntityChange Put(this Route entity) => new(EntityKinds.Routes, entity.Id, JsonSerializer.SerializeToUtf8Bytes(entity, EntityJson.Default.Route));

    public static EntityChange Put(this Upstream entity) => new(EntityKinds.Upstreams, entity.Id, JsonSerializer.SerializeToUtf8Bytes(entity, EntityJson.Default.Upstream));

    public static EntityChange Put(this Target entity) => new(EntityKinds.Targets, entity.Id, JsonSerializer.SerializeToUtf8Bytes(entity, EntityJson.Default.Target));

    public static EntityChange Put(this Certificate entity) => new(EntityKinds.Certificates, entity.Id, JsonSerializer.SerializeToUtf8Bytes(entity, EntityJson.Default.Certificate));

    public static EntityChange Put(this CaCertificate entity) => new(EntityKinds.CaCertificates, entity.Id, JsonSerializer.SerializeToUtf8Bytes(entity, EntityJson.Default.CaCertificate));

    public static EntityChange Put(this Plugin entity) => new(EntityKinds.Plugins, entity.Id, JsonSerializer.SerializeToUtf8Bytes(entity, EntityJson.Default.Plugin));

    public static EntityChange Put(this Consumer entity) => new(EntityKinds.Consumers, entity.Id, JsonSerializer.SerializeToUtf8Bytes(entity, EntityJson.Default.Consumer));

    public static EntityChange Put(this KeyAuthCredential entity) => new(EntityKinds.KeyAuthCredentials, entity.Id, JsonSerializer.SerializeToUtf8Bytes(entity, EntityJson.Default.KeyAuthCredential));

    public static EntityChange Put(this BasicAuthCredential entity) => new(EntityKinds.BasicAuthCredentials, entity.Id, JsonSerializer.SerializeToUtf8Bytes(entity, EntityJson.Default.BasicAuthCredential));

    public static EntityChange Put(this Acl entity) => new(EntityKinds.Acls, entity.Id, JsonSerializer.SerializeToUtf8Bytes(entity, EntityJson.Default.Acl));
}
