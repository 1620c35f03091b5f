using Mesh.Abstractions.Access;
using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.Access;

/// <summary>Who asks, once that is known.</summary>
/// <param name="Name">As history and audit show it.</param>
/// <param name="Credential">What showed it, such as <c>token ci</c>; never a secret.</param>
/// <param name="Peer">From where.</param>
internal sealed record Caller(string Name, AccessRole Role, string Credential, AdminPeer Peer)
{
    /// <summary>The only workspace that the caller may use; null: all.</summary>
    public string? Workspace { get; init; }

    /// <summary>Only entities that bear one of these; empty: all.</summary>
    public string[] Tags { get; init; } = [];

    /// <summary>The client showed nothing that a foreign web page could not make its browser show as well.</summary>
    public bool IsAmbient { get; init; }

    public bool SeesSecrets => Role == AccessRole.Admin;

    public bool IsBound => Workspace is not null || Tags.Length > 0;

    public CommitAuthor Author => new(Name, Peer.ToString(), Credential);

    /// <summary>Whoever is on this machine, where that is enough.</summary>
    public static Caller Local(AdminPeer peer) => new("anonymous", AccessRole.Admin, "loopback", peer) { IsAmbient = true };
}
