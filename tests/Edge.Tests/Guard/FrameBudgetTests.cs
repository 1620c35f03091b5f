using Mesh.Edge.Guard;
using Microsoft.Extensions.Time.Testing;
using static Mesh.Edge.Tests.Guard.RawHttp2;

namespace Mesh.Edge.Tests.Guard;

public sealed class FrameBudgetTests
{
    private static readonly byte[] OnePing = Frame(Ping, 0, 0, new byte[8]);

    [Fact]
    public void Time_earns_what_keep_alive_pings_need()
    {
        var time = new FakeTimeProvider();
        var budget = new FrameBudget(time);
        budget.Take(Preface);

        for (int i = 0; i < 5000; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(20));
            budget.Take(OnePing);
        }

        Assert.False(budget.Exhausted);
    }

    [Fact]
    public void Without_time_or_progress_a_burst_ends_it()
    {
        var budget = new FrameBudget(new FakeTimeProvider());
        budget.Take(Preface);

        budget.Take(Repeat(OnePing, 900));
        Assert.False(budget.Exhausted);
        budget.Take(Repeat(OnePing, 200));
        Assert.True(budget.Exhausted);
    }

    [Fact]
    public void Answers_to_pings_are_not_progress_but_bodies_are()
    {
        var acknowledging = new FrameBudget(new FakeTimeProvider());
        var downloading = new FrameBudget(new FakeTimeProvider());
        foreach (FrameBudget budget in new[] { acknowledging, downloading })
        {
            budget.Take(Preface);
            for (int i = 0; i < 3000; i++)
            {
                budget.Sent(OnePing.Length);
                if (budget == downloading)
                {
                    budget.Sent(16 * 1024);
                }

                budget.Take(OnePing);
            }
        }

        Assert.True(acknowledging.Exhausted);
        Assert.False(downloading.Exhausted);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    public void Taking_back_every_request_ends_it_and_every_second_one_does_not(int requestsForEachReset, bool ends)
    {
        var budget = new FrameBudget(new FakeTimeProvider());
        budget.Take(Preface);

        for (int i = 1; i < 20_000 && !budget.Exhausted; i += 2)
        {
            budget.Take(Get(i, "/"));
            if (i / 2 % requestsForEachReset == 0)
            {
                budget.Take(Frame(Reset, 0, i, 0, 0, 0, 8));
            }
        }

        Assert.Equal(ends, budget.Exhausted);
    }

    [Fact]
    public void Bytes_may_come_in_any_split()
    {
        byte[] upload = [.. Preface, .. Get(1, "/"), .. Repeat(Frame(Data, 0, 1, new byte[1000]), 50), .. Repeat(OnePing, 900)];
        var whole = new FrameBudget(new FakeTimeProvider());
        var split = new FrameBudget(new FakeTimeProvider());

        whole.Take(upload);
        foreach (byte b in upload)
        {
            split.Take([b]);
        }

        Assert.False(whole.Exhausted);
        Assert.False(split.Exhausted);
        int wholeLeft = Left(whole);
        Assert.Equal(wholeLeft, Left(split));

        static int Left(FrameBudget budget)
        {
            int count = 0;
            for (; !budget.Exhausted; count++)
            {
                budget.Take(OnePing);
            }

            return count;
        }
    }
}
