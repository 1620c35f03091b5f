using System.Text;
using System.Text.Json.Nodes;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Grains;
using Mesh.Silo.Admin.Config;

namespace Mesh.Silo.Tests.Admin.History;

/// <summary>A workspace's entities as text by kind and id.</summary>
internal static class WorkspaceStates
{
    public static async Task<SortedDictionary<string, string>> Read(AdminHost host)
    {
        (_, List<EntityChange> entities) = await WorkspaceReading.Read(host.Grains.GetGrain<IWorkspaceGrain>("default"));
        return new(entities.ToDictionary(entity => Key(entity.Kind, entity.Id), entity => Encoding.UTF8.GetString(entity.Document!)), StringComparer.Ordinal);
    }

    /// <summary>The state after the changes; each must begin where the state stands.</summary>
    public static SortedDictionary<string, string> Apply(SortedDictionary<string, string> state, IEnumerable<EntityDiff> changes)
    {
        SortedDictionary<string, string> after = new(state, StringComparer.Ordinal);
        foreach (EntityDiff change in changes)
        {
            string key = Key(change.Kind, change.Id);
            Assert.Equal(after.GetValueOrDefault(key), Text(change.Before));
            Assert.NotEqual(Text(change.Before), Text(change.After));
            if (Text(change.After) is { } document)
            {
                after[key] = document;
            }
            else
            {
                after.Remove(key);
            }
        }

        return after;
    }

    /// <summary>But for the time of the last change, which a revert is.</summary>
    public static SortedDictionary<string, string> WithoutTimes(SortedDictionary<string, string> state) =>
        new(state.ToDictionary(entity => entity.Key, entity => WithoutTime(entity.Value)), StringComparer.Ordinal);

    private static string WithoutTime(string document)
    {
        JsonObject entity = JsonNode.Parse(document)!.AsObject();
        entity.Remove("updated_at");
        return entity.ToJsonString();
    }

    private static string Key(string kind, Guid id) => $"{kind}/{id}";

    private static string? Text(byte[]? document) => document is null ? null : Encoding.UTF8.GetString(document);
}
