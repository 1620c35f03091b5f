using System.Globalization;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;

namespace Mesh.Edge.Sync.LastKnownGood;

/// <summary>
/// The last-known-good configuration in a directory of its own: the newest generation and the one before it, for when the
/// newest is damaged. For one caller at a time.
/// </summary>
internal sealed class GenerationStore(string directory, PayloadSeal seal)
{
    /// <summary>A journal may grow to this, or to the size of its base, before both are written anew.</summary>
    private const long MinJournalBytes = 64 * 1024;

    private Generation? current;
    private bool hasPrevious;

    /// <summary>Revision on disk; null when there is none that can be continued.</summary>
    public long? Revision => current?.Journal.Revision;

    /// <summary>
    /// Gives the newest good configuration to <paramref name="take"/>. A generation that is damaged, or that
    /// <paramref name="take"/> throws on, is passed over for the one before.
    /// </summary>
    /// <param name="passedOver">Hears why a generation was not used.</param>
    public T? Load<T>(Func<long, IEnumerable<EntityChange>, T> take, Action<string> passedOver)
        where T : class
    {
        long[] numbers = Numbers(passedOver);
        foreach (long number in numbers)
        {
            try
            {
                var generation = Generation.Open(directory, number, seal);
                T taken = take(generation.Journal.Revision, generation.Entities());
                if (generation.Journal.Damaged)
                {
                    passedOver($"the journal of generation {number} is damaged behind revision {generation.Journal.Revision}");
                }

                current = generation;
                hasPrevious = numbers.Length > 1;
                return taken;
            }
            catch (Exception failure)
            {
                // Whatever the file made go wrong, the edge must start; the reason is told, and the next one is tried.
                passedOver($"generation {number} cannot be used: {failure.Message}");
            }
        }

        return null;
    }

    /// <summary>Continues the configuration on disk.</summary>
    /// <returns>False when it cannot be continued: the whole is needed.</returns>
    /// <exception cref="IOException">The disk did not take it; may be tried again with these and further changes.</exception>
    public bool Append(long from, long to, IReadOnlyCollection<EntityChange> changes)
    {
        if (current is not { } generation || generation.Journal.Revision != from)
        {
            return false;
        }

        if (!generation.Journal.Damaged && hasPrevious && generation.Journal.Length < Math.Max(MinJournalBytes, generation.BaseLength))
        {
            generation.Append(to, changes);
            return true;
        }

        Dictionary<(string Kind, Guid Id), EntityChange> latest = changes.ToDictionary(change => (change.Kind, change.Id));
        try
        {
            Write(to, generation.Entities().Where(entity => !latest.ContainsKey((entity.Kind, entity.Id))).Concat(latest.Values.Where(change => !change.IsDelete)));
            return true;
        }
        catch (InvalidDataException)
        {
            // The base was damaged after it had been read or written: only a whole configuration helps.
            current = null;
            return false;
        }
    }

    /// <summary>Writes a whole configuration as a new generation and removes all but the last one before it.</summary>
    public void Write(long revision, IEnumerable<EntityChange> entities)
    {
        DurableFile.CreateDirectory(directory);
        long[] numbers = Numbers(_ => { });
        long number = (numbers.Length == 0 ? 0 : numbers[0]) + 1;
        long? previous = current?.Number ?? (numbers.Length == 0 ? null : numbers[0]);
        current = Generation.Create(directory, number, seal, revision, entities);
        hasPrevious = previous is not null;
        foreach (long old in numbers)
        {
            if (old != previous)
            {
                File.Delete(Generation.BasePath(directory, old));
                File.Delete(Generation.JournalPath(directory, old));
            }
        }
    }

    /// <summary>Numbers of the generations, newest first.</summary>
    private long[] Numbers(Action<string> unreadable)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(directory, "*.base")
                    .Select(path => long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0)
                    .Where(number => number > 0)
                    .OrderDescending(),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            unreadable($"the directory cannot be read: {failure.Message}");
            return [];
        }
    }
}
