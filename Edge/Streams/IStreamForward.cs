namespace Mesh.Edge.Streams;

/// <summary>The last step of a stream's plugin chain: takes it to a target. One for connections, one for datagrams.</summary>
internal interface IStreamForward
{
    ValueTask ForwardAsync();
}
