using System.IO.Pipelines;

namespace Mesh.Edge.Guard;

internal sealed class DuplexTransport(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input { get; } = input;

    public PipeWriter Output { get; } = output;
}
