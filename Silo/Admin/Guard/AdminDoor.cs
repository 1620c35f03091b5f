using System.Net;
using Mesh.Edge.Forwarding;
using Mesh.Silo.Admin.Access;
using Mesh.Silo.Settings;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Silo.Admin.Guard;

/// <summary>What every connection passes first, before TLS: who is not let in is not spoken to.</summary>
internal static class AdminDoor
{
    public static Task Pass(ConnectionContext connection, ListenDirective directive, AdminSettings settings, ConnectionDelegate next)
    {
        if (Peer(connection, directive) is not { } peer || !IsAllowed(peer, settings.Allow))
        {
            connection.Abort(new ConnectionAbortedException("not allowed to connect"));
            return Task.CompletedTask;
        }

        connection.Features.Set(peer);
        return next(connection);
    }

    /// <summary>Null for a connection that has gone already: it must not be taken for a local one.</summary>
    private static AdminPeer? Peer(ConnectionContext connection, ListenDirective directive) =>
        directive.UnixPath is not null ? AdminPeer.UnixSocket
        : connection.RemoteEndPoint is IPEndPoint remote ? AdminPeer.Of(remote.Address) with { IsProxied = LoopbackCalls.Take(remote) }
        : null;

    /// <summary>Unix sockets have the rights of their file.</summary>
    private static bool IsAllowed(AdminPeer peer, IReadOnlyList<IPNetwork> allowed) =>
        allowed.Count == 0 || peer.Address is not { } address || allowed.Any(network => network.Contains(address));
}
