using Mesh.Abstractions.Entities;
using Mesh.Edge.Consumers;
using Mesh.Edge.Tests.Plugins;

namespace Mesh.Edge.Tests.Consumers;

public sealed class ConsumerIndexTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_000_000);
    private static readonly Consumer Alice = new() { Id = Guid.NewGuid(), Username = "alice", CustomId = "42" };
    private readonly PluginBench bench = new();

    private ConsumerIndex Index => bench.Snapshot.Consumers;

    [Fact]
    public void A_consumer_is_found_by_id_username_and_custom_id()
    {
        bench.Put(Alice);
        Assert.Same(Alice, Index.Find(Alice.Id));
        Assert.Same(Alice, Index.FindByIdOrUsername(Alice.Id.ToString()));
        Assert.Same(Alice, Index.FindByIdOrUsername("alice"));
        Assert.Same(Alice, Index.FindByCustomId("42"));
        Assert.Null(Index.FindByIdOrUsername("Alice"));

        bench.Delete(Alice);
        Assert.Null(Index.Find(Alice.Id));
        Assert.Null(Index.FindByIdOrUsername("alice"));
        Assert.Null(Index.FindByCustomId("42"));
    }

    [Fact]
    public void A_username_that_looks_like_an_id_is_found_too()
    {
        Consumer odd = new() { Id = Guid.NewGuid(), Username = Guid.NewGuid().ToString() };
        bench.Put(odd);
        Assert.Same(odd, Index.FindByIdOrUsername(odd.Username!));
    }

    [Fact]
    public void Two_consumers_can_swap_their_names_in_one_change()
    {
        Consumer one = new() { Id = Guid.NewGuid(), Username = "one" };
        Consumer two = new() { Id = Guid.NewGuid(), Username = "two" };
        bench.Put(one, two);
        bench.Put(one with { Username = "two" }, two with { Username = "one" });
        Assert.Equal(two.Id, Index.FindByIdOrUsername("one")?.Id);
        Assert.Equal(one.Id, Index.FindByIdOrUsername("two")?.Id);
    }

    [Fact]
    public void A_key_is_found_exactly_and_no_longer_once_replaced()
    {
        KeyAuthCredential credential = Key("secret");
        bench.Put(credential);
        Assert.Same(credential, Index.FindKey("secret", Now));
        Assert.Null(Index.FindKey("Secret", Now));
        Assert.Null(Index.FindKey("secret ", Now));

        bench.Put(credential with { Key = "schlüssel-" + new string('x', 400) });
        Assert.Null(Index.FindKey("secret", Now));
        Assert.Equal(credential.Id, Index.FindKey("schlüssel-" + new string('x', 400), Now)?.Id);
    }

    [Theory]
    [InlineData(null, 1_000_000, true)]
    [InlineData(0, 1_000_000, true)]
    [InlineData(60, 59, true)]
    [InlineData(60, 60, false)]
    public void A_key_lives_as_long_as_its_ttl(int? ttl, int age, bool found)
    {
        KeyAuthCredential credential = Key("secret") with { Ttl = ttl, CreatedAt = Now.ToUnixTimeSeconds() };
        bench.Put(credential);
        Assert.Equal(found, Index.FindKey("secret", Now.AddSeconds(age)) is not null);
    }

    [Fact]
    public void A_key_too_long_to_be_looked_up_is_reported()
    {
        KeyAuthCredential credential = Key(new string('x', KeyDigest.MaxKeyBytes + 1));
        bench.Put(credential);
        Assert.Null(Index.FindKey(credential.Key, Now));
        Assert.Equal(credential.Id, Assert.Single(bench.Problems).Id);
    }

    [Fact]
    public void Looking_for_a_key_allocates_nothing()
    {
        bench.Put(Key("secret"));
        ConsumerIndex index = Index;
        index.FindKey("secret", Now);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            index.FindKey("secret", Now);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Basic_credentials_and_groups_follow_their_changes()
    {
        BasicAuthCredential basic = new() { Id = Guid.NewGuid(), Consumer = new EntityRef(Alice.Id), Username = "al", Password = "hash" };
        Acl admins = new() { Id = Guid.NewGuid(), Consumer = new EntityRef(Alice.Id), Group = "admins" };
        Acl staff = new() { Id = Guid.NewGuid(), Consumer = new EntityRef(Alice.Id), Group = "staff" };
        bench.Put(Alice, basic, admins, staff);
        Assert.Same(basic, Index.FindBasicAuth("al"));
        Assert.Equal(["admins", "staff"], Index.GroupsOf(Alice.Id).Names.Order());

        bench.Put(staff with { Group = "guests" });
        bench.Delete(admins, basic);
        Assert.Null(Index.FindBasicAuth("al"));
        Assert.Equal(["guests"], Index.GroupsOf(Alice.Id).Names);
        bench.Delete(staff);
        Assert.Empty(Index.GroupsOf(Alice.Id).Names);
    }

    private static KeyAuthCredential Key(string key) => new() { Id = Guid.NewGuid(), Consumer = new EntityRef(Alice.Id), Key = key };
}
