using System.Text;
using Grpc.Core;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>A gRPC service without generated code: messages are UTF-8 strings.</summary>
[BindServiceMethod(typeof(GrpcEcho), nameof(Bind))]
public class GrpcEcho
{
    private static readonly Marshaller<string> Text = new(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);

    public static readonly Method<string, string> UnaryMethod = new(MethodType.Unary, "mesh.test.Echo", "Unary", Text, Text);
    public static readonly Method<string, string> DuplexMethod = new(MethodType.DuplexStreaming, "mesh.test.Echo", "Duplex", Text, Text);

    public static void Bind(ServiceBinderBase binder, GrpcEcho? service)
    {
        binder.AddMethod(UnaryMethod, service is null ? null : service.Unary);
        binder.AddMethod(DuplexMethod, service is null ? null : service.Duplex);
    }

    public virtual Task<string> Unary(string request, ServerCallContext context)
    {
        context.ResponseTrailers.Add("echo-trailer", request);
        return request == "fail" ? throw new RpcException(new Status(StatusCode.FailedPrecondition, "as asked")) : Task.FromResult(request);
    }

    public virtual async Task Duplex(IAsyncStreamReader<string> requests, IServerStreamWriter<string> answers, ServerCallContext context)
    {
        await foreach (string request in requests.ReadAllAsync(context.CancellationToken))
        {
            await answers.WriteAsync(request);
        }
    }
}
