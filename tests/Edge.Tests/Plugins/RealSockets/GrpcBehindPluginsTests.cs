using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Edge.Tests.Listeners;
using Mesh.Edge.Tests.Pipeline;

namespace Mesh.Edge.Tests.Plugins.RealSockets;

public sealed class GrpcBehindPluginsTests
{
    private static readonly Marshaller<string> Text = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);
    private static readonly Method<string, string> Unary = new(MethodType.Unary, "test.Echo", "Unary", Text, Text);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_passes_with_its_key_and_is_told_its_limits(bool secure)
    {
        await using GuardedApi api = await StartAsync();
        using GrpcChannel channel = Channel(api, secure);

        using AsyncUnaryCall<string> call = Call(channel, ("apikey", GuardedApi.AliceKey));
        Metadata headers = await call.ResponseHeadersAsync;

        Assert.Equal("hello", await call.ResponseAsync);
        Assert.Equal("alice", headers.GetValue(EchoUpstream.SeenConsumer));
        Assert.Equal(("1", "0"), (headers.GetValue("ratelimit-limit"), headers.GetValue("ratelimit-remaining")));
    }

    [Fact]
    public async Task Refusals_are_the_status_of_the_call()
    {
        await using GuardedApi api = await StartAsync();
        using GrpcChannel channel = Channel(api, secure: false);

        Assert.Equal((StatusCode.Unauthenticated, "No API key found in request"), await FailureAsync(channel));
        Assert.Equal((StatusCode.Unauthenticated, "Unauthorized"), await FailureAsync(channel, ("apikey", "wrong")));
        Assert.Equal((StatusCode.PermissionDenied, "You cannot consume this service"), await FailureAsync(channel, ("apikey", GuardedApi.BobKey)));
        using (AsyncUnaryCall<string> passed = Call(channel, ("apikey", GuardedApi.AliceKey)))
        {
            await passed.ResponseAsync;
        }

        Assert.Equal((StatusCode.ResourceExhausted, "API rate limit exceeded"), await FailureAsync(channel, ("apikey", GuardedApi.AliceKey)));
        Assert.Equal(1, api.Upstream.Requests);
    }

    [Fact]
    public async Task A_refusal_with_a_status_of_success_is_none_to_the_call()
    {
        await using GuardedApi api = await GuardedApi.StartAsync(grpc: true, ("rate-limiting", """{"hour":0.5,"error_code":200}"""));
        using GrpcChannel channel = Channel(api, secure: false);
        using (AsyncUnaryCall<string> passed = Call(channel))
        {
            await passed.ResponseAsync;
        }

        Assert.Equal((StatusCode.Internal, "An unexpected error occurred"), await FailureAsync(channel));
    }

    private static Task<GuardedApi> StartAsync() =>
        GuardedApi.StartAsync(grpc: true, ("key-auth", "{}"), ("acl", """{"allow":["staff"]}"""), ("rate-limiting", """{"hour":1}"""));

    private static GrpcChannel Channel(GuardedApi api, bool secure) => GrpcChannel.ForAddress(
        secure ? $"https://127.0.0.1:{api.Gateway.SecurePort}" : $"http://127.0.0.1:{api.Gateway.Port}",
        new GrpcChannelOptions { HttpHandler = TestGateway.Handler(), DisposeHttpClient = true });

    private static AsyncUnaryCall<string> Call(GrpcChannel channel, params (string Name, string Value)[] headers)
    {
        var metadata = new Metadata();
        foreach ((string name, string value) in headers)
        {
            metadata.Add(name, value);
        }

        return channel.CreateCallInvoker().AsyncUnaryCall(Unary, null, new CallOptions(metadata, DateTime.UtcNow + TestEdge.Guard), "hello");
    }

    private static async Task<(StatusCode, string)> FailureAsync(GrpcChannel channel, params (string Name, string Value)[] headers)
    {
        using AsyncUnaryCall<string> call = Call(channel, headers);
        RpcException failure = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseAsync);
        return (failure.StatusCode, failure.Status.Detail);
    }
}
