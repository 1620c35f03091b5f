using Mesh.Abstractions.Reports;
using Mesh.Edge.Settings;
using Mesh.Edge.Sync;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Edge.Tests.Sync;

public sealed class EdgeIdentityFileTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void The_id_stays_and_the_session_is_new()
    {
        EdgeIdentity first = Load(directory.File("edge"));
        EdgeIdentity second = Load(directory.File("edge"));
        Assert.NotEqual(Guid.Empty, first.Id);
        Assert.Equal(first.Id, second.Id);
        Assert.NotEqual(first.Session, second.Session);
        Assert.Equal(("north", "n1"), (first.Region, first.Zone));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void A_damaged_file_is_replaced(string content)
    {
        File.WriteAllText(directory.File("id"), content);
        EdgeIdentity first = Load(directory.Path);
        Assert.NotEqual(Guid.Empty, first.Id);
        Assert.Equal(first.Id, Load(directory.Path).Id);
    }

    [Fact]
    public void A_directory_that_cannot_be_made_does_not_stop_the_edge()
    {
        File.WriteAllText(directory.File("edge"), "in the way");
        Assert.NotEqual(Guid.Empty, Load(directory.File("edge")).Id);
    }

    private static EdgeIdentity Load(string path) =>
        EdgeIdentityFile.Load(path, new EdgeSettings { Region = "north", Zone = "n1" }, TimeProvider.System, NullLogger.Instance);
}
