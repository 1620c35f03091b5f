using Mesh.Abstractions.Configuration;

namespace Mesh.Grains.Log;

/// <summary>The newest commits in memory, gapless from after <see cref="Base"/> to <see cref="Head"/>: what readers that are not far behind ask for.</summary>
internal sealed class RecentCommits(long head)
{
    public const int MaxCommits = 4096;

    /// <summary>Of documents. The newest commit stays whatever its size.</summary>
    public const long MaxBytes = 64L << 20;

    /// <summary>Documents in one answer; a single larger commit goes alone.</summary>
    public const long MaxAnswerBytes = 4L << 20;

    /// <summary>
    /// Documents of a commit that is sent at all. Who waits for a larger one reads a snapshot, which comes in pages: neither
    /// side then needs buffers of the whole commit's size, which the transport's pools would keep for ever.
    /// </summary>
    public const long MaxCommitBytes = 8L << 20;

    public const int MaxAnswerCommits = 512;

    /// <summary>Revision <c>r</c> lies at <c>r % MaxCommits</c>.</summary>
    private readonly Commit?[] ring = new Commit?[MaxCommits];
    private readonly Dictionary<Guid, long> operations = [];
    private long bytes;

    public long Head { get; private set; } = head;

    /// <summary>A reader that holds this revision or a later one can be served.</summary>
    public long Base { get; private set; } = head;

    public Commit? Newest => Head == Base ? null : At(Head);

    public void Add(Commit commit)
    {
        if (commit.Revision != Head + 1)
        {
            throw new InvalidOperationException($"commit {commit.Revision} does not follow {Head}");
        }

        bytes += Size(commit);
        while (Head > Base && (Head - Base == MaxCommits || bytes > MaxBytes))
        {
            Base++;
            bytes -= Size(At(Base)!);
            operations.Remove(At(Base)!.OperationId);
            ring[Base % MaxCommits] = null;
        }

        Head = commit.Revision;
        ring[Head % MaxCommits] = commit;
        operations[commit.OperationId] = Head;
    }

    public bool Has(long after) => after >= Base && after <= Head;

    /// <summary>The answer for a reader at <paramref name="after"/>, which <see cref="Has"/> holds for.</summary>
    public ConfigDelta After(long after)
    {
        var answer = new List<Commit>();
        long size = 0;
        for (long revision = after + 1; revision <= Head && answer.Count < MaxAnswerCommits; revision++)
        {
            Commit commit = At(revision)!;
            size += Size(commit);
            if (answer.Count > 0 && size > MaxAnswerBytes)
            {
                break;
            }

            if (size > MaxCommitBytes)
            {
                return new ConfigDelta(after, Head, [], TooFarBehind: true);
            }

            answer.Add(commit);
        }

        return new ConfigDelta(after, Head, [.. answer], TooFarBehind: false);
    }

    /// <summary>The revision that carried out an operation, if it is still here.</summary>
    public long? Find(Guid operationId) => operations.TryGetValue(operationId, out long revision) ? revision : null;

    private Commit? At(long revision) => ring[revision % MaxCommits];

    private static long Size(Commit commit)
    {
        long size = 0;
        foreach (EntityChange change in commit.Changes)
        {
            size += change.Document?.Length ?? 0;
        }

        return size;
    }
}
