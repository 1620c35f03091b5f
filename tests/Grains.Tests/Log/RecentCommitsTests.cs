using CsCheck;
using Mesh.Abstractions.Configuration;
using Mesh.Grains.Log;

namespace Mesh.Grains.Tests.Log;

public sealed class RecentCommitsTests
{
    [Fact]
    public void Serves_a_gapless_tail_whatever_came_before() => Gen.Select(Gen.Long[0, 1_000_000], Gen.Int[0, 3 * RecentCommits.MaxCommits], Gen.Int[0, 64]).Sample((start, count, size) =>
    {
        var recent = new RecentCommits(start);
        for (int i = 1; i <= count; i++)
        {
            recent.Add(Commit(start + i, size));
        }

        Assert.Equal(start + count, recent.Head);
        Assert.Equal(Math.Max(start, start + count - RecentCommits.MaxCommits), recent.Base);
        Assert.False(recent.Has(recent.Base - 1));
        Assert.False(recent.Has(recent.Head + 1));

        // Reading on from the base reaches the head, commit by commit.
        long at = recent.Base;
        while (at < recent.Head)
        {
            Assert.True(recent.Has(at));
            ConfigDelta delta = recent.After(at);
            Assert.Equal((at, recent.Head, false), (delta.After, delta.Head, delta.TooFarBehind));
            foreach (Commit commit in delta.Commits)
            {
                Assert.Equal(++at, commit.Revision);
            }

            Assert.InRange(delta.Commits.Length, 1, RecentCommits.MaxAnswerCommits);
        }

        Assert.Empty(recent.After(at).Commits);
    }, iter: 60);

    [Fact]
    public void Memory_is_bounded_by_bytes_and_the_newest_stays()
    {
        var recent = new RecentCommits(0);
        for (int revision = 1; revision <= 40; revision++)
        {
            recent.Add(Commit(revision, 5 << 20));
        }

        Assert.Equal(RecentCommits.MaxBytes / (5 << 20), recent.Head - recent.Base);
        recent.Add(Commit(41, (int)RecentCommits.MaxBytes + 1));
        Assert.Equal((40, 41), (recent.Base, recent.Head));
        Assert.Equal(41, recent.Newest!.Revision);
        recent.Add(Commit(42, 1));
        Assert.Equal(41, recent.Base);
    }

    [Fact]
    public void An_answer_is_bounded_and_a_large_commit_goes_alone()
    {
        var recent = new RecentCommits(0);
        recent.Add(Commit(1, 10));
        recent.Add(Commit(2, (int)RecentCommits.MaxAnswerBytes * 2));
        recent.Add(Commit(3, 10));
        Assert.Equal([1], recent.After(0).Commits.Select(commit => commit.Revision));
        Assert.Equal([2], recent.After(1).Commits.Select(commit => commit.Revision));
        Assert.Equal([3], recent.After(2).Commits.Select(commit => commit.Revision));
    }

    [Fact]
    public void A_commit_too_large_to_send_sends_its_readers_to_a_snapshot()
    {
        var recent = new RecentCommits(0);
        recent.Add(Commit(1, 10));
        recent.Add(Commit(2, (int)RecentCommits.MaxCommitBytes + 1));
        recent.Add(Commit(3, 10));
        Assert.Equal([1], recent.After(0).Commits.Select(commit => commit.Revision));
        Assert.True(recent.After(1).TooFarBehind);
        Assert.Equal(3, recent.After(1).Head);
        Assert.Equal([3], recent.After(2).Commits.Select(commit => commit.Revision));
    }

    [Fact]
    public void Finds_operations_and_refuses_gaps()
    {
        var recent = new RecentCommits(7);
        Commit commit = Commit(8, 1);
        recent.Add(commit);
        Assert.Equal(8, recent.Find(commit.OperationId));
        Assert.Null(recent.Find(Guid.NewGuid()));
        Assert.Same(commit, recent.Newest);
        Assert.Throws<InvalidOperationException>(() => recent.Add(Commit(10, 1)));
        Assert.Throws<InvalidOperationException>(() => recent.Add(Commit(8, 1)));
    }

    private static Commit Commit(long revision, int size) => new(
        revision, Guid.NewGuid(), DateTimeOffset.UnixEpoch, CommitAuthor.System, "", [new EntityChange(EntityKinds.Routes, Guid.NewGuid(), new byte[size])]);
}
