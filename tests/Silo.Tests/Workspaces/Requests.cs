using System.Text;
using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Tests.Workspaces;

internal static class Requests
{
    public static CommitRequest Create(string username, Guid? operation = null, long? ifRevision = null) => new(
        operation ?? Guid.NewGuid(),
        CommitAuthor.System,
        $"create consumers/{username}",
        [new Mutation(MutationVerb.Create, EntityKinds.Consumers, null, null, Encoding.UTF8.GetBytes($$"""{"username":"{{username}}"}"""))],
        ifRevision);

    public static CommitRequest Put(string username, string customId) => new(
        Guid.NewGuid(),
        CommitAuthor.System,
        $"put consumers/{username}",
        [new Mutation(MutationVerb.Put, EntityKinds.Consumers, username, null, Encoding.UTF8.GetBytes($$"""{"custom_id":"{{customId}}"}"""))]);

    public static string Text(byte[]? document) => document is null ? "" : Encoding.UTF8.GetString(document);
}
