using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Silo.Tests.EndToEnd;

public class GrpcTests
{
    [Fact]
    public async Task Unary_and_duplex_calls_pass_with_trailers_and_statuses()
    {
        await using Upstream upstream = await Upstream.Start(
            app => app.MapGrpcService<GrpcEcho>(),
            HttpProtocols.Http2,
            services => services.AddGrpc());
        await using var gateway = new Gateway();
        await gateway.Start();
        await gateway.Put("/services/echo", new { protocol = "grpc", host = upstream.Address.Host, port = upstream.Address.Port });
        await gateway.Put("/routes/echo", new { protocols = new[] { "grpc", "grpcs" }, paths = new[] { "/mesh.test.Echo" }, service = new { name = "echo" } });

        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        foreach (string address in new[] { $"http://127.0.0.1:{gateway.ProxyPort}", $"https://127.0.0.1:{gateway.ProxyTlsPort}" })
        {
            using GrpcChannel channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler });
            CallInvoker calls = channel.CreateCallInvoker();
            var options = new CallOptions(deadline: DateTime.UtcNow + MeshProcess.Patience);

            using AsyncUnaryCall<string> unary = calls.AsyncUnaryCall(GrpcEcho.UnaryMethod, null, options, "hello");
            Assert.Equal("hello", await unary.ResponseAsync);
            Assert.Equal("hello", unary.GetTrailers().GetValue("echo-trailer"));

            using AsyncUnaryCall<string> failing = calls.AsyncUnaryCall(GrpcEcho.UnaryMethod, null, options, "fail");
            RpcException refused = await Assert.ThrowsAsync<RpcException>(() => failing.ResponseAsync);
            Assert.Equal((StatusCode.FailedPrecondition, "as asked"), (refused.StatusCode, refused.Status.Detail));

            using AsyncDuplexStreamingCall<string, string> duplex = calls.AsyncDuplexStreamingCall(GrpcEcho.DuplexMethod, null, options);
            foreach (string word in new[] { "one", "two", "three" })
            {
                await duplex.RequestStream.WriteAsync(word);
                Assert.True(await duplex.ResponseStream.MoveNext());
                Assert.Equal(word, duplex.ResponseStream.Current);
            }

            await duplex.RequestStream.CompleteAsync();
            Assert.False(await duplex.ResponseStream.MoveNext());
        }
    }
}
