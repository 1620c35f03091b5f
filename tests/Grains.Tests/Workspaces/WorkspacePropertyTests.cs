using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Declarative;
using Mesh.Grains.Workspaces;

namespace Mesh.Grains.Tests.Workspaces;

public sealed class WorkspacePropertyTests
{
    [Fact]
    public void Putting_a_document_back_as_it_was_read_changes_nothing() => EntityBodies.Workspace(40).Sample(
        workspace =>
        {
            foreach (var entity in workspace.State.Capture())
            {
                var planned = workspace.Plan(false, new Mutation(MutationVerb.Put, entity.Kind, entity.Id.ToString(), null, entity.Document));
                Assert.Empty(planned.Problems.Select(problem => problem.Message));
                Assert.Empty(planned.Changes);
                Assert.Empty(workspace.Plan(false, new Mutation(MutationVerb.Patch, entity.Kind, entity.Id.ToString(), null, "{}"u8.ToArray())).Changes);
            }
        },
        iter: 30);

    [Fact]
    public void An_exported_workspace_applies_as_no_change_and_makes_an_equal_one() =>
        Gen.Select(EntityBodies.Workspace(40), Gen.Enum<DeclarativeFormat>()).Sample(
            (workspace, format) =>
            {
                var before = workspace.State.Capture();
                var text = Encoding.UTF8.GetString(DeclarativeDocument.Export(before, TestWorkspace.Schemas, format));

                var (mutations, problems) = DeclarativeDocument.Read(text, TestWorkspace.Schemas, CancellationToken.None);

                Assert.Empty(problems);
                workspace.Now = workspace.Now.AddDays(1);
                var again = workspace.Replace(mutations);
                Assert.Empty(again.Problems.Select(problem => problem.Message));
                Assert.Empty(again.Changes);
                var copy = new TestWorkspace();
                Assert.Empty(copy.Replace(mutations).Problems);
                AssertSame(before, copy.State.Capture());
            },
            iter: 30);

    [Fact]
    public void Indexes_agree_with_a_reading_of_all_documents() => EntityBodies.Commits(30).Sample(
        commits =>
        {
            var workspace = new TestWorkspace();
            foreach (var mutations in commits)
            {
                var before = workspace.State.Capture();
                var planned = workspace.Plan(false, mutations);
                AssertSame(before, workspace.State.Capture());
                AssertPrevious(before, planned);
                workspace.State.Apply(workspace.State.Revision + 1, planned.Changes);
                AssertConsistent(workspace.State);
            }

            var replayed = new WorkspaceState(TestWorkspace.Schemas);
            replayed.Apply(workspace.State.Revision, workspace.State.Capture());
            AssertSame(workspace.State.Capture(), replayed.Capture());
            AssertConsistent(replayed);
        },
        iter: 12);

    private static void AssertSame(IReadOnlyList<EntityChange> expected, IReadOnlyList<EntityChange> actual)
    {
        Assert.Equal(expected.Select(entity => (entity.Kind, entity.Id)), actual.Select(entity => (entity.Kind, entity.Id)));
        Assert.Equal(expected.Select(entity => Encoding.UTF8.GetString(entity.Document!)), actual.Select(entity => Encoding.UTF8.GetString(entity.Document!)));
    }

    private static void AssertPrevious(IReadOnlyList<EntityChange> before, PlannedCommit planned)
    {
        var known = before.ToDictionary(entity => (entity.Kind, entity.Id), entity => entity.Document);
        Assert.Equal(planned.Changes.Select(change => (change.Kind, change.Id)), planned.Previous.Select(change => (change.Kind, change.Id)));
        Assert.All(planned.Previous, previous => Assert.Same(known.GetValueOrDefault((previous.Kind, previous.Id)), previous.Document));
        Assert.Distinct(planned.Changes.Select(change => (change.Kind, change.Id)));
    }

    /// <summary>Every index against a naive look at all documents.</summary>
    private static void AssertConsistent(WorkspaceState state)
    {
        var all = state.Capture().Select(entity => (entity.Kind, entity.Id, Json: JsonNode.Parse(entity.Document!)!.AsObject())).ToList();
        foreach (var schema in TestWorkspace.Schemas.All)
        {
            var ofKind = all.Where(entity => entity.Kind == schema.Kind).OrderBy(entity => entity.Id.ToString("D"), StringComparer.Ordinal).ToList();
            Assert.Equal(ofKind.Select(entity => entity.Id), Ids(state, new ListQuery(schema.Kind, Size: 2)));
            foreach (var fields in schema.Fields.Where(field => field.Unique).Select(field => new[] { field.Name }))
            {
                Assert.Distinct(ofKind.Select(entity => (string?)entity.Json[fields[0]]).OfType<string>());
            }

            foreach (var fields in schema.UniqueTogether)
            {
                Assert.Distinct(ofKind.Select(entity => string.Join('|', fields.Select(field => entity.Json[field]?.ToJsonString()))));
            }

            if (schema.EndpointKey is { } key && schema.Find(key)!.Unique)
            {
                Assert.All(ofKind.Where(entity => entity.Json[key] is not null), entity => Assert.Equal(entity.Id, state.Read(schema.Kind, (string)entity.Json[key]!, null).Id));
            }

            foreach (var tags in new string[][] { ["x"], ["x", "y"], ["z z", "x"] })
            {
                bool Has(JsonObject json, string tag) => json["tags"] is JsonArray list && list.Any(entry => (string)entry! == tag);
                Assert.Equal(ofKind.Where(entity => tags.All(tag => Has(entity.Json, tag))).Select(entity => entity.Id), Ids(state, new ListQuery(schema.Kind, Size: 3, Tags: tags)));
                Assert.Equal(ofKind.Where(entity => tags.Any(tag => Has(entity.Json, tag))).Select(entity => entity.Id), Ids(state, new ListQuery(schema.Kind, Size: 3, Tags: tags, AllTags: false)));
            }

            foreach (var foreign in schema.Fields.Where(field => field.Type == FieldType.Foreign))
            {
                var parents = all.Where(entity => entity.Kind == foreign.Reference).ToList();
                var referred = ofKind.Where(entity => entity.Json[foreign.Name] is not null).ToLookup(entity => Guid.Parse((string)entity.Json[foreign.Name]!["id"]!));
                Assert.Subset(parents.Select(parent => parent.Id).ToHashSet(), referred.Select(group => group.Key).ToHashSet());
                Assert.All(parents, parent => Assert.Equal(
                    referred[parent.Id].Select(child => child.Id),
                    Ids(state, new ListQuery(schema.Kind, new EntityParent(foreign.Name, foreign.Reference!, parent.Id.ToString()), Size: 2))));
            }
        }
    }

    /// <summary>Ids over all pages of a list.</summary>
    private static List<Guid> Ids(WorkspaceState state, ListQuery query)
    {
        var ids = new List<Guid>();
        for (Guid? after = null; ;)
        {
            var page = state.List(query with { After = after });
            Assert.True(page.Documents.Length <= query.Size);
            ids.AddRange(page.Documents.Select(document => Guid.Parse((string)JsonNode.Parse(document)!["id"]!)));
            if (page.Next is null)
            {
                return ids;
            }

            after = page.Next;
        }
    }
}
