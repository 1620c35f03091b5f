using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Pipeline;

/// <summary>
/// A plugin takes no more of the client's body, which is found out while it is read. It comes out of the body's stream, as
/// the server's own complaints do, and carries what the client is told.
/// </summary>
internal sealed class RequestBodyRefusedException(int status, string message) : BadHttpRequestException(message, status);
