using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tls;

namespace Mesh.Edge.Tests.Tls;

public sealed class CertificateTableTests
{
    [Fact]
    public void Searches_in_kongs_order()
    {
        var setup = new CertificateChanges();
        foreach (string name in new[] { "a.b.test", "*.b.test", "a.b.*", "*.test", "test.*", "*" })
        {
            setup.Add(name, name);
        }

        CertificateTable table = setup.Apply(CertificateTable.Empty);

        Assert.Equal("CN=a.b.test", Found(table, "a.b.test"));
        Assert.Equal("CN=a.b.test", Found(table, "A.B.Test."));
        Assert.Equal("CN=*.b.test", Found(table, "x.b.test"));
        Assert.Equal("CN=a.b.*", Found(table, "a.b.example"));
        Assert.Equal("CN=*", Found(table, "x.y.b.test"));
        Assert.Equal("CN=*", Found(table, "b.test"));
        Assert.Equal("CN=test.*", Found(table, "test.org"));
        Assert.Equal("CN=*", Found(table, "localhost"));
        Assert.Equal("CN=*", Found(table, null));
    }

    [Fact]
    public void Without_a_stored_default_nothing_is_found_for_strangers()
    {
        var setup = new CertificateChanges();
        setup.Add("a.test", "a.test");
        CertificateTable table = setup.Apply(CertificateTable.Empty);

        Assert.Null(table.Find("b.test"));
        Assert.Null(table.Find(null));
        Assert.Null(CertificateTable.Empty.Find("a.test"));
    }

    [Fact]
    public void What_does_not_change_keeps_its_context()
    {
        var first = new CertificateChanges();
        first.Add("a.test", "a.test");
        CertificateTable before = first.Apply(CertificateTable.Empty);
        var second = new CertificateChanges();
        second.Add("b.test", "b.test");
        CertificateTable after = second.Apply(before);

        Assert.Same(before.Find("a.test"), after.Find("a.test"));
        Assert.False(before.Find("a.test")!.IsRetired);
        Assert.Null(before.Find("b.test"));
    }

    [Fact]
    public void Names_move_and_go()
    {
        var setup = new CertificateChanges();
        Sni a = setup.Add("a.test", "a");
        Sni b = setup.Add("b.test", "b");
        CertificateTable table = setup.Apply(CertificateTable.Empty);

        var swap = new CertificateChanges();
        swap.Changes.Snis.Add(new Changed<Sni>(a.Id, a, a with { Name = "b.test" }));
        swap.Changes.Snis.Add(new Changed<Sni>(b.Id, b, b with { Name = "a.test" }));
        CertificateTable swapped = swap.Apply(table);
        Assert.Equal(("CN=b", "CN=a"), (Found(swapped, "a.test"), Found(swapped, "b.test")));

        var removal = new CertificateChanges();
        removal.Changes.Snis.Add(new Changed<Sni>(a.Id, a, null));
        Assert.Null(removal.Apply(table).Find("a.test"));

        var deleted = new CertificateChanges();
        deleted.Changes.Certificates.Add(new Changed<Certificate>(a.Certificate.Id, null, null));
        Assert.Null(deleted.Apply(table).Find("a.test"));
    }

    [Fact]
    public void A_bad_certificate_is_refused_alone_and_its_names_fall_back()
    {
        var setup = new CertificateChanges();
        Sni a = setup.Add("a.test", "a");
        CertificateTable table = setup.Apply(CertificateTable.Empty);
        (string otherCert, _) = TestCertificates.Pem("other");
        (_, string key) = TestCertificates.Pem("key");

        var change = new CertificateChanges();
        Certificate mismatched = new() { Id = a.Certificate.Id, Cert = otherCert, Key = key };
        change.Changes.Certificates.Add(new Changed<Certificate>(mismatched.Id, null, mismatched));
        Certificate garbage = new() { Id = Guid.NewGuid(), Cert = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", Key = "x" };
        change.Changes.Certificates.Add(new Changed<Certificate>(garbage.Id, null, garbage));
        change.Add("good.test", "good");
        CertificateTable after = change.Apply(table);

        Assert.Null(Found(after, "a.test"));
        Assert.Equal("CN=good", Found(after, "good.test"));
        Assert.Equal([mismatched.Id, garbage.Id], change.Changes.Problems.Select(problem => problem.Id));
        Assert.DoesNotContain(change.Changes.Problems, problem => problem.Reason.Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_replaced_or_removed_is_retired()
    {
        var setup = new CertificateChanges();
        Sni replaced = setup.Add("replaced.test", "before");
        Sni removed = setup.Add("removed.test", "removed");
        setup.Add("kept.test", "kept");
        CertificateTable table = setup.Apply(CertificateTable.Empty);
        ServerCertificate[] before = [.. new[] { "replaced.test", "removed.test", "kept.test" }.Select(name => table.Find(name)!)];
        (string cert, string key) = TestCertificates.Pem("after");

        var change = new CertificateChanges();
        change.Changes.Certificates.Add(new Changed<Certificate>(replaced.Certificate.Id, null, new Certificate { Id = replaced.Certificate.Id, Cert = cert, Key = key }));
        change.Changes.Certificates.Add(new Changed<Certificate>(removed.Certificate.Id, null, null));
        CertificateTable after = change.Apply(table);

        Assert.Equal([true, true, false], before.Select(one => one.IsRetired));
        Assert.Equal("CN=after", Found(after, "replaced.test"));
    }

    private static string? Found(CertificateTable table, string? sni) => table.Find(sni)?.Read().Chains[0].Leaf.Subject;
}
