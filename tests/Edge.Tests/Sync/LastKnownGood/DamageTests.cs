using CsCheck;
using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;
using Mesh.Edge.Sync.LastKnownGood;

namespace Mesh.Edge.Tests.Sync.LastKnownGood;

/// <summary>Whatever happens to the files, what is loaded is a configuration that once was whole, or none.</summary>
public sealed class DamageTests : IDisposable
{
    private static readonly PayloadSeal Plain = new(null);
    private readonly TemporaryDirectory directory = new();
    private readonly Dictionary<long, StoredConfiguration> history = [];
    private readonly Dictionary<string, byte[]> files;

    public DamageTests()
    {
        // Two generations; the newest has a journal of three records.
        var store = new GenerationStore(directory.Path, Plain);
        List<EntityChange> entities = [.. Enumerable.Range(1, 300).Select(number => Documents.Service(number))];
        store.Write(1, entities);
        Remember(1, entities);
        for (int revision = 2; revision <= 5; revision++)
        {
            entities.Add(Documents.Route(1000 + revision, 1));
            Assert.True(store.Append(revision - 1, revision, [entities[^1]]));
            Remember(revision, entities);
        }

        files = Directory.GetFiles(directory.Path).ToDictionary(file => file, File.ReadAllBytes);
        Assert.Equal(3, files.Count);
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Undamaged_files_give_the_newest_revision() => Assert.Equal(5, Load().Revision);

    [Fact]
    public void A_file_cut_anywhere_gives_a_whole_configuration()
    {
        foreach ((string file, byte[] content) in files)
        {
            int step = Math.Max(1, content.Length / 500);
            for (int length = 0; length < content.Length; length += step)
            {
                File.WriteAllBytes(file, content[..length]);
                Load();
            }

            File.WriteAllBytes(file, content);
        }
    }

    [Fact]
    public void Flipped_bits_give_a_whole_configuration()
    {
        foreach ((string file, byte[] content) in files)
        {
            Gen.Int[0, content.Length - 1].Select(Gen.Int[0, 7]).Sample(
                (place, bit) =>
                {
                    byte[] damaged = [.. content];
                    damaged[place] ^= (byte)(1 << bit);
                    File.WriteAllBytes(file, damaged);
                    Load();
                },
                iter: 350,
                threads: 1);
            File.WriteAllBytes(file, content);
        }
    }

    [Fact]
    public void A_damaged_newest_base_gives_the_generation_before()
    {
        string newest = files.Keys.Where(file => file.EndsWith(".base", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Last();
        File.WriteAllBytes(newest, files[newest][..^1]);
        (StoredConfiguration? loaded, List<string> notes) = StoredConfiguration.Load(directory.Path);
        Assert.Equal(history[1], loaded);
        Assert.Contains("generation 2", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_torn_journal_gives_its_whole_records_and_is_written_anew()
    {
        string journal = files.Keys.Single(file => file.EndsWith(".journal", StringComparison.Ordinal));
        File.WriteAllBytes(journal, files[journal][..^1]);
        var store = new GenerationStore(directory.Path, Plain);
        List<string> notes = [];
        Assert.Equal(history[4], store.Load(StoredConfiguration.Of, notes.Add));
        Assert.Contains("journal", Assert.Single(notes), StringComparison.Ordinal);

        Assert.True(store.Append(4, 5, [Documents.Route(1005, 1)]));
        (StoredConfiguration? loaded, List<string> after) = StoredConfiguration.Load(directory.Path);
        Assert.Equal(history[5], loaded);
        Assert.Empty(after);
    }

    [Fact]
    public void All_files_damaged_gives_nothing_and_the_next_write_heals()
    {
        foreach (string file in files.Keys)
        {
            File.WriteAllBytes(file, new byte[100]);
        }

        var store = new GenerationStore(directory.Path, Plain);
        Assert.Null(store.Load(StoredConfiguration.Of, _ => { }));
        Assert.False(store.Append(5, 6, []));
        store.Write(6, [Documents.Service(1)]);
        Assert.Equal(6, StoredConfiguration.Load(directory.Path).Loaded?.Revision);
    }

    [Fact]
    public void Foreign_files_and_directories_in_the_place_are_no_harm()
    {
        File.WriteAllText(directory.File("notes.base"), "not ours");
        File.WriteAllText(directory.File("000000000009.base.tmp"), "left by a crash");
        Directory.CreateDirectory(directory.File("000000000007.base"));
        Assert.Equal(5, Load().Revision);
    }

    private StoredConfiguration Load()
    {
        StoredConfiguration? loaded = StoredConfiguration.Load(directory.Path).Loaded;
        Assert.NotNull(loaded);
        Assert.Equal(history[loaded.Revision], loaded);
        return loaded;
    }

    private void Remember(long revision, IEnumerable<EntityChange> entities) => history[revision] = StoredConfiguration.Of(revision, entities);
}
