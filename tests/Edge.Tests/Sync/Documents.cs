using System.Text;
using Mesh.Abstractions.Configuration;

namespace Mesh.Edge.Tests.Sync;

/// <summary>Canonical documents as the control plane would send them.</summary>
internal static class Documents
{
    public static Guid Id(int number) => new(number, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);

    public static EntityChange Service(int number, string host = "127.0.0.1", int port = 80, string extra = "") =>
        Put(EntityKinds.Services, number, $$"""{"id":"{{Id(number)}}","name":"service-{{number}}","protocol":"http","host":"{{host}}","port":{{port}}{{extra}}}""");

    public static EntityChange Route(int number, int? service = null, string? path = null, string extra = "") =>
        Put(EntityKinds.Routes, number, $$"""
            {"id":"{{Id(number)}}","name":"route-{{number}}","protocols":["http","https"],"paths":["{{path ?? $"/r{number}"}}"],"service":{{(service is { } parent ? $$"""{"id":"{{Id(parent)}}"}""" : "null")}}{{extra}}}
            """);

    public static EntityChange Put(string kind, int number, string json) => new(kind, Id(number), Encoding.UTF8.GetBytes(json));

    public static EntityChange Delete(string kind, int number) => new(kind, Id(number), null);

    public static Commit Commit(long revision, params EntityChange[] changes) =>
        new(revision, Guid.NewGuid(), DateTimeOffset.UnixEpoch, CommitAuthor.System, "test", changes);
}
