using Mesh.Abstractions.Configuration;
using Mesh.Grains.History;
using Mesh.Grains.Log;

namespace Mesh.Grains.Tests.History;

public sealed class NetChangesTests
{
    private static readonly Guid One = Guid.NewGuid();

    [Fact]
    public void First_state_and_last_remain()
    {
        NetChanges net = new();
        net.Add(Entry([null], ["1"u8.ToArray()]));
        net.Add(Entry(["1"u8.ToArray()], ["2"u8.ToArray()]));
        EntityDiff there = Assert.Single(net.ToArray(forward: true));
        Assert.Null(there.Before);
        Assert.Equal("2"u8.ToArray(), there.After);
        EntityDiff back = Assert.Single(net.ToArray(forward: false));
        Assert.Equal("2"u8.ToArray(), back.Before);
        Assert.Null(back.After);
        net.Add(Entry(["2"u8.ToArray()], [null]));
        Assert.Empty(net.ToArray(forward: true));
    }

    [Fact]
    public void A_commit_stored_without_what_it_replaced_breaks_the_sum()
    {
        NetChanges net = new();
        net.Add(Entry([], ["1"u8.ToArray()]));
        Assert.True(net.IsBroken);
    }

    private static LogEntry Entry(byte[]?[] before, byte[]?[] after) => new(
        new Commit(1, Guid.NewGuid(), default, CommitAuthor.System, "", Array.ConvertAll(after, document => new EntityChange(EntityKinds.Routes, One, document))),
        Array.ConvertAll(before, document => new EntityChange(EntityKinds.Routes, One, document)),
        []);
}
