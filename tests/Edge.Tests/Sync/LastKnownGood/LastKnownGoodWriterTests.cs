using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Sealing;
using Mesh.Edge.Sync.LastKnownGood;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Edge.Tests.Sync.LastKnownGood;

public sealed class LastKnownGoodWriterTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string Place => directory.File("configuration");

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Changes_before_the_whole_was_ever_written_ask_for_the_whole()
    {
        using LastKnownGoodWriter writer = Writer();
        writer.Changed(3, 4, [Documents.Service(1)]);
        Assert.True(writer.Flush());
        Assert.True(writer.NeedsWhole);
        Assert.Equal(-1, writer.WrittenRevision);

        writer.Replaced(4, [[Documents.Service(1)]]);
        Assert.False(writer.NeedsWhole);
        Assert.True(writer.Flush());
        Assert.Equal(4, writer.WrittenRevision);
    }

    [Fact]
    public void Gathered_changes_become_one_write()
    {
        using LastKnownGoodWriter writer = Writer();
        writer.Replaced(1, [[Documents.Service(1)], [Documents.Service(2)]]);
        writer.Changed(1, 2, [Documents.Service(3)]);
        writer.Changed(2, 3, [Documents.Delete(EntityKinds.Services, 1)]);
        Assert.True(writer.Flush());
        Assert.Equal(StoredConfiguration.Of(3, [Documents.Service(2), Documents.Service(3)]), StoredConfiguration.Load(Place).Loaded);
    }

    [Fact]
    public void A_gap_between_changes_asks_for_the_whole()
    {
        using LastKnownGoodWriter writer = Writer();
        writer.Replaced(1, [[Documents.Service(1)]]);
        writer.Changed(1, 2, [Documents.Service(2)]);
        writer.Changed(3, 4, [Documents.Service(4)]);
        Assert.True(writer.NeedsWhole);
    }

    [Fact]
    public void What_a_disk_refuses_is_kept_and_written_when_it_takes_it_again()
    {
        // A file where the directory should be: refused whoever the user is.
        File.WriteAllText(Place, "in the way");
        using LastKnownGoodWriter writer = Writer();
        writer.Replaced(1, [[Documents.Service(1)]]);
        Assert.False(writer.Flush());
        Assert.NotNull(writer.Failure);
        writer.Changed(1, 2, [Documents.Service(2)]);
        Assert.False(writer.Flush());
        writer.Changed(2, 3, [Documents.Service(3)]);

        File.Delete(Place);
        Assert.True(writer.Flush());
        Assert.Null(writer.Failure);
        Assert.Equal(
            StoredConfiguration.Of(3, [Documents.Service(1), Documents.Service(2), Documents.Service(3)]),
            StoredConfiguration.Load(Place).Loaded);
    }

    [Fact]
    public void A_full_disk_leaves_what_was_there()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/dev/full"), "needs /dev/full");
        using LastKnownGoodWriter writer = Writer();
        writer.Replaced(1, [[Documents.Service(1)]]);
        Assert.True(writer.Flush());
        // The next base would be written through this name: the device answers every write with 'no space left'.
        File.CreateSymbolicLink(Path.Combine(Place, "000000000002.base.tmp"), "/dev/full");
        writer.Changed(1, 2, [.. Enumerable.Range(1, 2000).Select(number => Documents.Service(number))]);
        Assert.False(writer.Flush());
        Assert.Equal(StoredConfiguration.Of(1, [Documents.Service(1)]), StoredConfiguration.Load(Place).Loaded);

        Assert.True(writer.Flush());
        Assert.Equal(2, StoredConfiguration.Load(Place).Loaded?.Revision);
    }

    [Fact]
    public void A_second_process_on_the_directory_waits_for_the_first()
    {
        LastKnownGoodWriter first = Writer();
        first.Replaced(1, [[Documents.Service(1)]]);
        Assert.True(first.Flush());
        using LastKnownGoodWriter second = Writer();
        second.Replaced(2, [[Documents.Service(2)]]);
        Assert.False(second.Flush());
        Assert.Equal(1, StoredConfiguration.Load(Place).Loaded?.Revision);

        first.Dispose();
        Assert.True(second.Flush());
        Assert.Equal(2, StoredConfiguration.Load(Place).Loaded?.Revision);
    }

    [Fact]
    public void A_base_damaged_on_disk_asks_for_the_whole()
    {
        using LastKnownGoodWriter writer = Writer();
        writer.Replaced(1, [[Documents.Service(1)]]);
        Assert.True(writer.Flush());
        string file = Directory.GetFiles(Place, "*.base").Single();
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^3]);
        writer.Changed(1, 2, [Documents.Service(2)]);
        Assert.True(writer.Flush());
        Assert.True(writer.NeedsWhole);
        writer.Replaced(2, [[Documents.Service(1)]]);
        Assert.True(writer.Flush());
        Assert.Equal(2, StoredConfiguration.Load(Place).Loaded?.Revision);
    }

    private LastKnownGoodWriter Writer() =>
        new(new GenerationStore(Place, new PayloadSeal(null)), directory.File("lock"), TimeProvider.System, NullLogger.Instance);
}
