using System.Text.Json;

namespace Mesh.Silo.Cli.Client;

/// <summary>An answer of the Admin API.</summary>
/// <param name="Body">Its JSON; undefined when it had none.</param>
/// <param name="Revision">Revision of the workspace that it shows.</param>
/// <param name="Edges">How far the edges were when the wait for them ended; null unless it was waited for.</param>
internal sealed record AdminReply(int Status, JsonElement Body, long? Revision, string? Edges)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    public string Message => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.String
        ? message.GetString()!
        : $"the Admin API answers {Status}";

    /// <exception cref="ClientFailure">Unless the Admin API did what was asked.</exception>
    public AdminReply OrFail() => IsSuccess ? this : throw new ClientFailure(Message);
}
