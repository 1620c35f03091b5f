using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;

namespace Mesh.Edge.Sync.LastKnownGood;

/// <summary>One whole configuration on disk: a base file and the journal of what followed.</summary>
internal sealed class Generation
{
    private readonly string basePath;
    private readonly PayloadSeal seal;
    private readonly Dictionary<(string Kind, Guid Id), EntityChange> journaled;

    private Generation(long number, string basePath, PayloadSeal seal, Journal journal, Dictionary<(string Kind, Guid Id), EntityChange> journaled, long baseLength)
    {
        Number = number;
        this.basePath = basePath;
        this.seal = seal;
        Journal = journal;
        this.journaled = journaled;
        BaseLength = baseLength;
    }

    /// <summary>Rises with each generation; revisions may fall (a control plane that lost data), this does not.</summary>
    public long Number { get; }

    public Journal Journal { get; }

    public long BaseLength { get; }

    public static string BasePath(string directory, long number) => Path.Combine(directory, $"{number:D12}.base");

    public static string JournalPath(string directory, long number) => Path.Combine(directory, $"{number:D12}.journal");

    /// <exception cref="InvalidDataException">The base file is not one.</exception>
    public static Generation Open(string directory, long number, PayloadSeal seal)
    {
        string path = BasePath(directory, number);
        using BaseFileReader reader = BaseFileReader.Open(path, seal);
        var journal = new Journal(JournalPath(directory, number), seal, reader.FileId, reader.Revision);
        Dictionary<(string Kind, Guid Id), EntityChange> journaled = journal.Read();
        return new Generation(number, path, seal, journal, journaled, reader.Length);
    }

    public static Generation Create(string directory, long number, PayloadSeal seal, long revision, IEnumerable<EntityChange> entities)
    {
        string path = BasePath(directory, number);
        var fileId = Guid.NewGuid();
        long length = 0;
        File.Delete(JournalPath(directory, number));
        DurableFile.Replace(path, target =>
        {
            BaseFileWriter.Write(target, seal, fileId, revision, entities);
            length = target.Position;
        });
        return new Generation(number, path, seal, new Journal(JournalPath(directory, number), seal, fileId, revision), [], length);
    }

    public void Append(long to, IReadOnlyCollection<EntityChange> changes)
    {
        Journal.Append(to, changes);
        foreach (EntityChange change in changes)
        {
            journaled[(change.Kind, change.Id)] = change;
        }
    }

    /// <summary>The entities of base and journal together; see <see cref="BaseFileReader.Entities"/>.</summary>
    public IEnumerable<EntityChange> Entities()
    {
        using BaseFileReader reader = BaseFileReader.Open(basePath, seal);
        foreach (EntityChange entity in reader.Entities())
        {
            if (!journaled.ContainsKey((entity.Kind, entity.Id)))
            {
                yield return entity;
            }
        }

        foreach (EntityChange change in journaled.Values)
        {
            if (!change.IsDelete)
            {
                yield return change;
            }
        }
    }
}
