using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;
using Mesh.Edge.Sync.LastKnownGood;

namespace Mesh.Edge.Tests.Sync.LastKnownGood;

public sealed class GenerationStoreTests : IDisposable
{
    private static readonly PayloadSeal Plain = new(null);
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void An_empty_or_missing_directory_has_nothing()
    {
        (StoredConfiguration? loaded, List<string> notes) = StoredConfiguration.Load(directory.File("absent"));
        Assert.Null(loaded);
        Assert.Empty(notes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a key of the operator")]
    public void What_was_written_and_appended_is_read_back(string? key)
    {
        var seal = new PayloadSeal(key);
        var store = new GenerationStore(directory.Path, seal);
        store.Write(7, [Documents.Service(1), Documents.Route(2, 1), Documents.Route(3, 1)]);
        Assert.True(store.Append(7, 8, [Documents.Delete(EntityKinds.Routes, 2), Documents.Route(4, 1)]));
        Assert.True(store.Append(8, 10, [Documents.Route(3, 1, "/other")]));
        Assert.Equal(10, store.Revision);

        (StoredConfiguration? loaded, List<string> notes) = StoredConfiguration.Load(directory.Path, seal);
        Assert.Equal(StoredConfiguration.Of(10, [Documents.Service(1), Documents.Route(3, 1, "/other"), Documents.Route(4, 1)]), loaded);
        Assert.Empty(notes);
    }

    [Fact]
    public void A_store_that_was_loaded_is_continued_and_an_unconnected_revision_is_not()
    {
        new GenerationStore(directory.Path, Plain).Write(1, [Documents.Service(1)]);
        var store = new GenerationStore(directory.Path, Plain);
        Assert.False(store.Append(1, 2, [Documents.Service(2)]));
        Assert.NotNull(store.Load(StoredConfiguration.Of, Assert.Fail));
        Assert.False(store.Append(3, 4, [Documents.Service(2)]));
        Assert.True(store.Append(1, 2, [Documents.Service(2)]));
        Assert.Equal(StoredConfiguration.Of(2, [Documents.Service(1), Documents.Service(2)]), StoredConfiguration.Load(directory.Path).Loaded);
    }

    [Fact]
    public void Two_generations_are_kept_and_a_small_change_does_not_rewrite_a_large_base()
    {
        var store = new GenerationStore(directory.Path, Plain);
        store.Write(1, Enumerable.Range(1, 5000).Select(number => Documents.Service(number)));
        Assert.True(store.Append(1, 2, [Documents.Service(5001)]));
        string[] bases = Directory.GetFiles(directory.Path, "*.base");
        Assert.Equal(2, bases.Length);
        for (int revision = 3; revision < 20; revision++)
        {
            Assert.True(store.Append(revision - 1, revision, [Documents.Service(5000 + revision)]));
        }

        Assert.Equal(bases.Order(), Directory.GetFiles(directory.Path, "*.base").Order());
        Assert.Single(Directory.GetFiles(directory.Path, "*.journal"));
        for (int revision = 20; revision < 23; revision++)
        {
            store.Write(revision, [Documents.Service(revision)]);
        }

        Assert.Equal(2, Directory.GetFiles(directory.Path, "*.base").Length);
        Assert.Equal(22, StoredConfiguration.Load(directory.Path).Loaded?.Revision);
    }

    [Fact]
    public void A_journal_is_folded_into_a_new_base_when_it_has_grown()
    {
        var store = new GenerationStore(directory.Path, Plain);
        store.Write(1, [Documents.Service(1)]);
        string padding = $",\"padding\":\"{Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(2000))}\"";
        for (int revision = 2; revision < 200; revision++)
        {
            Assert.True(store.Append(revision - 1, revision, [Documents.Service(revision % 10, extra: padding)]));
        }

        Assert.Equal(2, Directory.GetFiles(directory.Path, "*.base").Length);
        long size = Directory.GetFiles(directory.Path).Sum(file => new FileInfo(file).Length);
        Assert.InRange(size, 1, 400_000);
        (StoredConfiguration? loaded, List<string> notes) = StoredConfiguration.Load(directory.Path);
        Assert.Empty(notes);
        Assert.Equal(
            StoredConfiguration.Of(199, Enumerable.Range(0, 10).Select(number => Documents.Service(number, extra: padding))),
            loaded);
    }

    [Fact]
    public void Another_keyring_key_reads_nothing_and_says_so()
    {
        new GenerationStore(directory.Path, new PayloadSeal("one")).Write(1, [Documents.Service(1)]);
        (StoredConfiguration? loaded, List<string> notes) = StoredConfiguration.Load(directory.Path, new PayloadSeal("two"));
        Assert.Null(loaded);
        Assert.Contains("MESH_KEYRING_KEY", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_generation_that_cannot_be_compiled_is_passed_over()
    {
        var store = new GenerationStore(directory.Path, Plain);
        store.Write(1, [Documents.Service(1)]);
        store.Write(2, [Documents.Service(2)]);
        List<string> notes = [];
        string? taken = new GenerationStore(directory.Path, Plain).Load(
            (revision, entities) => revision == 2 ? throw new InvalidOperationException("a fault of ours") : $"{revision}/{entities.Count()}",
            notes.Add);
        Assert.Equal("1/1", taken);
        Assert.Contains("a fault of ours", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_for_their_owner_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("no file modes");
            return;
        }

        var store = new GenerationStore(directory.File("inner"), Plain);
        store.Write(1, [Documents.Service(1)]);
        store.Write(2, [Documents.Service(1)]);
        Assert.True(store.Append(2, 3, [Documents.Service(2)]));
        foreach (string file in Directory.GetFiles(directory.File("inner")))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }
}
