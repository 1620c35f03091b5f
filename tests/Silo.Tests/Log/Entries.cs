using System.Text;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Log;

namespace Mesh.Silo.Tests.Log;

internal static class Entries
{
    public static LogEntry Of(long revision, params EntityChange[] changes) => Of(revision, Guid.NewGuid(), changes);

    public static LogEntry Of(long revision, Guid operation, params EntityChange[] changes) => new(
        new Commit(revision, operation, DateTimeOffset.UnixEpoch.AddSeconds(revision), new CommitAuthor("tester", "127.0.0.1", null), $"commit {revision}", changes),
        [.. changes.Select(change => change with { Document = null })],
        [.. changes.Select(change => new EntityMark(change.Kind, change.Id, Created: true, Existed: false))]);

    public static EntityChange Put(int number, string name) => new(EntityKinds.Routes, Id(number), Encoding.UTF8.GetBytes($$"""{"id":"{{Id(number)}}","name":"{{name}}"}"""));

    public static EntityChange Delete(int number) => new(EntityKinds.Routes, Id(number), null);

    public static Guid Id(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);

    public static string Text(EntityChange change) => $"{change.Kind}/{change.Id}={(change.Document is null ? "-" : Encoding.UTF8.GetString(change.Document))}";

    /// <summary>What replaying a loaded log makes.</summary>
    public static SortedDictionary<Guid, string> Replay(LoadedLog loaded)
    {
        var state = new SortedDictionary<Guid, string>();
        foreach (EntityChange change in loaded.Snapshot.Concat(loaded.Tail.SelectMany(commit => commit.Changes)))
        {
            if (change.Document is null)
            {
                state.Remove(change.Id);
            }
            else
            {
                state[change.Id] = Encoding.UTF8.GetString(change.Document);
            }
        }

        return state;
    }
}
