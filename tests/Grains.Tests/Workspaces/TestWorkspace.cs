using System.Text;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Schemas;
using Mesh.Grains.Workspaces;

namespace Mesh.Grains.Tests.Workspaces;

/// <summary>A workspace state with a clock that rises by a second for each commit.</summary>
internal sealed class TestWorkspace
{
    public static EntitySchemas Schemas { get; } = new(new KnownPlugins());

    public WorkspaceState State { get; } = new(Schemas);

    public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public PlannedCommit Plan(bool replaceAll, params Mutation[] mutations) =>
        State.Plan(new CommitRequest(Guid.NewGuid(), CommitAuthor.System, "test", mutations, ReplaceAll: replaceAll), Now);

    /// <summary>Plans and, when all is well, applies.</summary>
    public PlannedCommit Commit(params Mutation[] mutations) => Commit(false, mutations);

    public PlannedCommit Replace(params Mutation[] mutations) => Commit(true, mutations);

    public static Mutation Create(string kind, string body, EntityParent? parent = null) =>
        new(MutationVerb.Create, kind, null, parent, Encoding.UTF8.GetBytes(body));

    public static Mutation Put(string kind, string key, string body, EntityParent? parent = null) =>
        new(MutationVerb.Put, kind, key, parent, Encoding.UTF8.GetBytes(body));

    public static Mutation Patch(string kind, string key, string body, EntityParent? parent = null) =>
        new(MutationVerb.Patch, kind, key, parent, Encoding.UTF8.GetBytes(body));

    public static Mutation Delete(string kind, string key, EntityParent? parent = null) =>
        new(MutationVerb.Delete, kind, key, parent, null);

    public JsonObject Get(string kind, string key, EntityParent? parent = null) =>
        JsonNode.Parse(State.Read(kind, key, parent).Document ?? throw new InvalidOperationException($"no {kind} {key}"))!.AsObject();

    /// <summary>Creates one entity that must be good.</summary>
    public JsonObject Made(string kind, string body, EntityParent? parent = null)
    {
        var planned = Commit(Create(kind, body, parent));
        Assert.Empty(planned.Problems.Select(problem => problem.Message));
        return JsonNode.Parse(planned.Results[0].Document!)!.AsObject();
    }

    /// <summary>The only problem of creating an entity.</summary>
    public EntityProblem Refused(string kind, string body, EntityParent? parent = null) =>
        Assert.Single(Plan(false, Create(kind, body, parent)).Problems);

    private PlannedCommit Commit(bool replaceAll, Mutation[] mutations)
    {
        var planned = Plan(replaceAll, mutations);
        if (planned.Problems.Length == 0 && planned.Changes.Length > 0)
        {
            State.Apply(State.Revision + 1, planned.Changes);
            Now = Now.AddSeconds(1);
        }

        return planned;
    }
}
