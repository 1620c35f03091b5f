using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Configuration;
using Mesh.Edge.Forwarding;
using Mesh.Edge.Plugins;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Forwarding;

public sealed class ServiceTableTests
{
    private readonly EdgeCompiler compiler = new(new PluginCatalog([]), _ => ValueTask.CompletedTask);

    [Fact]
    public void Services_with_equal_options_share_one_transport()
    {
        EdgeSnapshot snapshot = compiler.Apply(compiler.Empty, 1, [.. Enumerable.Range(1, 100).Select(i => Entities.Service(i, 80, $"h{i}.test").Put())]);

        Transport shared = Plan(snapshot, 1).Transport;

        Assert.All(Enumerable.Range(1, 100), i => Assert.Same(shared, Plan(snapshot, i).Transport));
    }

    [Fact]
    public void Different_options_have_transports_of_their_own()
    {
        EdgeSnapshot snapshot = compiler.Apply(compiler.Empty, 1,
        [
            Entities.Service(1, 80).Put(),
            (Entities.Service(2, 80) with { Protocol = "https" }).Put(),
            (Entities.Service(3, 80) with { Protocol = "https", TlsVerify = true }).Put(),
            (Entities.Service(4, 80) with { Protocol = "grpc" }).Put(),
            (Entities.Service(5, 80) with { Protocol = "grpcs" }).Put(),
        ]);

        Assert.Equal(5, Enumerable.Range(1, 5).Select(i => Plan(snapshot, i).Transport).Distinct().Count());
    }

    [Fact]
    public void An_unrelated_change_makes_no_new_plan()
    {
        EdgeSnapshot before = compiler.Apply(compiler.Empty, 1, [Entities.Service(1, 80).Put(), Entities.Service(2, 80).Put()]);
        EdgeSnapshot after = compiler.Apply(before, 2, [Entities.Service(2, 81).Put(), Entities.Route(3, 1).Put()]);

        Assert.Same(Plan(before, 1), Plan(after, 1));
        Assert.Equal(81, Plan(after, 2).Host.Port);
    }

    [Fact]
    public void A_service_whose_certificate_cannot_be_read_is_refused_until_it_can()
    {
        Service service = Entities.Service(1, 443) with { Protocol = "https", ClientCertificate = Entities.Ref(2) };
        var damaged = new Certificate { Id = Entities.Id(2), Cert = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", Key = "none" };

        EdgeSnapshot refused = compiler.Apply(compiler.Empty, 1, [damaged.Put(), service.Put()]);

        Assert.Contains(refused.Problems, problem => problem.Id == service.Id);
        Assert.Null(refused.Services.Find(service.Id));

        (string cert, string key) = Listeners.TestCertificates.Pem("client.test");
        EdgeSnapshot mended = compiler.Apply(refused, 2, [(damaged with { Cert = cert, Key = key }).Put()]);

        Assert.Empty(mended.Problems);
        Assert.NotNull(mended.Services.Find(service.Id));
    }

    [Fact]
    public void A_deleted_service_is_found_no_more()
    {
        EdgeSnapshot before = compiler.Apply(compiler.Empty, 1, [Entities.Service(1, 80).Put()]);
        EdgeSnapshot after = compiler.Apply(before, 2, [new EntityChange(EntityKinds.Services, Entities.Id(1), null)]);

        Assert.Null(after.Services.Find(Entities.Id(1)));
        Assert.NotNull(before.Services.Find(Entities.Id(1)));
    }

    private static ServicePlan Plan(EdgeSnapshot snapshot, int service) => Assert.IsType<ServicePlan>(snapshot.Services.Find(Entities.Id(service)));
}
