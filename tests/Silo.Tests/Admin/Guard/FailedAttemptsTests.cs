using System.Net;
using Mesh.Silo.Admin.Access;
using Mesh.Silo.Admin.Guard;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Silo.Tests.Admin.Guard;

public class FailedAttemptsTests
{
    private readonly FakeTimeProvider time = new();

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("::1", "127.0.0.1", false)]
    public void An_IPv4_address_and_a_64_of_IPv6_count_as_one(string one, string other, bool together)
    {
        FailedAttempts failures = new(time);
        for (int i = 0; i < FailedAttempts.MaxFailures; i++)
        {
            Assert.Null(failures.Note(Peer(one)).Wait);
        }

        Assert.Equal(together, failures.Note(Peer(other)).Wait is not null);
    }

    [Fact]
    public void Beyond_the_limit_one_attempt_is_recorded_until_the_minute_is_over()
    {
        FailedAttempts failures = new(time);
        Assert.Equal(FailedAttempts.MaxFailures + 1, Enumerable.Range(0, 100).Count(_ => failures.Note(Peer("192.0.2.1")).IsRecorded));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(40), failures.Note(Peer("192.0.2.1")).Wait);
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(new FailedAttempt(null, IsRecorded: true), failures.Note(Peer("192.0.2.1")));
    }

    [Fact]
    public void However_many_addresses_there_are_the_table_stays_as_it_is()
    {
        FailedAttempts failures = new(time);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
        {
            failures.Note(new AdminPeer(IPAddress.Loopback));
            failures.Note(new AdminPeer(new IPAddress(i)));
        }

        // An address and a peer each; nothing is kept of them.
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000 * 200);
    }

    private static AdminPeer Peer(string address) => AdminPeer.Of(IPAddress.Parse(address));
}
