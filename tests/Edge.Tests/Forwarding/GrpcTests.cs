using System.Net;
using System.Text;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mesh.Edge.Tests.Forwarding;

public sealed class GrpcTests
{
    private static readonly Marshaller<string> Text = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);
    private static readonly Method<string, string> Unary = new(MethodType.Unary, "test.Echo", "Unary", Text, Text);
    private static readonly Method<string, string> Duplex = new(MethodType.DuplexStreaming, "test.Echo", "Duplex", Text, Text);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Carries_unary_calls_with_trailers(bool secureClient, bool secureUpstream)
    {
        await using KestrelUpstream upstream = await ServeAsync(secureUpstream);
        await using TestGateway gateway = await FrontAsync(upstream, secureUpstream);
        using GrpcChannel channel = Channel(gateway, secureClient);

        using AsyncUnaryCall<string> call = channel.CreateCallInvoker().AsyncUnaryCall(Unary, null, Options(), "hello");

        Assert.Equal("hello back", await call.ResponseAsync);
        Assert.Equal("yes", call.GetTrailers().GetValue("x-trailer"));
    }

    [Fact]
    public async Task Carries_the_status_of_a_failed_call()
    {
        await using KestrelUpstream upstream = await ServeAsync(secure: false);
        await using TestGateway gateway = await FrontAsync(upstream, secure: false);
        using GrpcChannel channel = Channel(gateway, secure: false);

        using AsyncUnaryCall<string> call = channel.CreateCallInvoker().AsyncUnaryCall(Unary, null, Options(), "fail");
        RpcException failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseAsync);

        Assert.Equal((StatusCode.FailedPrecondition, "as asked"), (failure.StatusCode, failure.Status.Detail));
    }

    [Fact]
    public async Task Streams_both_ways_at_once()
    {
        await using KestrelUpstream upstream = await ServeAsync(secure: false);
        await using TestGateway gateway = await FrontAsync(upstream, secure: false);
        using GrpcChannel channel = Channel(gateway, secure: false);

        using AsyncDuplexStreamingCall<string, string> call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(Duplex, null, Options());
        foreach (string message in new[] { "one", "two", "three" })
        {
            // Each answer must come before the next message is sent.
            await call.RequestStream.WriteAsync(message);
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal(message + " back", call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_gateway_error_reaches_the_client_as_grpc_status()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            (Entities.Service(1, RawUpstream.ClosedPort()) with { Protocol = "grpc", Retries = 0 }).Put(), GrpcRoute().Put());
        using GrpcChannel channel = Channel(gateway, secure: false);

        using AsyncUnaryCall<string> call = channel.CreateCallInvoker().AsyncUnaryCall(Unary, null, Options(), "hello");
        RpcException failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseAsync);

        Assert.Equal((StatusCode.Unknown, "An invalid response was received from the upstream server"), (failure.StatusCode, failure.Status.Detail));
    }

    private static Route GrpcRoute() => Entities.Route(2, 1) with { Protocols = ["grpc", "grpcs"], StripPath = false };

    private static Task<TestGateway> FrontAsync(KestrelUpstream upstream, bool secure) =>
        TestGateway.StartAsync((Entities.Service(1, upstream.Port) with { Protocol = secure ? "grpcs" : "grpc" }).Put(), GrpcRoute().Put());

    private static GrpcChannel Channel(TestGateway gateway, bool secure) => GrpcChannel.ForAddress(
        secure ? $"https://127.0.0.1:{gateway.SecurePort}" : $"http://127.0.0.1:{gateway.Port}",
        new GrpcChannelOptions { HttpHandler = TestGateway.Handler(), DisposeHttpClient = true });

    private static CallOptions Options() => new(deadline: DateTime.UtcNow + TestEdge.Guard);

    private static Task<KestrelUpstream> ServeAsync(bool secure) => KestrelUpstream.StartAsync(
        HttpProtocols.Http2,
        app => app.MapGrpcService<Echo>(),
        services =>
        {
            services.AddGrpc();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<Echo>, EchoMethods>());
        },
        secure ? TestCertificates.Make("upstream.test") : null);

    private sealed class EchoMethods : IServiceMethodProvider<Echo>
    {
        public void OnServiceMethodDiscovery(ServiceMethodProviderContext<Echo> context)
        {
            context.AddUnaryMethod(Unary, [], (echo, request, call) => echo.Answer(request, call));
            context.AddDuplexStreamingMethod(Duplex, [], (echo, requests, responses, _) => echo.Converse(requests, responses));
        }
    }

    internal sealed class Echo
    {
        public Task<string> Answer(string request, ServerCallContext call)
        {
            if (request == "fail")
            {
                throw new RpcException(new Grpc.Core.Status(StatusCode.FailedPrecondition, "as asked"));
            }

            call.ResponseTrailers.Add("x-trailer", "yes");
            return Task.FromResult(request + " back");
        }

        public async Task Converse(IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses)
        {
            while (await requests.MoveNext(CancellationToken.None))
            {
                await responses.WriteAsync(requests.Current + " back");
            }
        }
    }
}
