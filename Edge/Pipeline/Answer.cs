namespace Mesh.Edge.Pipeline;

/// <summary>Answers made by Mesh or a plugin, in the client's format (JSON, HTML, XML or plain, as Kong chooses).</summary>
internal static class Answer
{
    /// <summary>Kong's error form around <paramref name="message"/>; runs the response header actions first.</summary>
    public static ValueTask Error(Exchange exchange, int status, string message) => throw new NotImplementedException();

    /// <summary>A JSON object <c>{"message": …}</c>, as most plugins answer.</summary>
    public static ValueTask Json(Exchange exchange, int status, string message) => throw new NotImplementedException();

    /// <summary>A body as given; null for none.</summary>
    public static ValueTask Raw(Exchange exchange, int status, string? contentType, ReadOnlyMemory<byte> body) => throw new NotImplementedException();
}
