using System.IO.Pipelines;
using System.Net.Security;
using Mesh.Edge.Guard;
using Mesh.Edge.Tls.ClientCertificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Mesh.Edge.Listeners;

/// <summary>What stands around the server's own handling of a connection: counting outside of TLS, inspection inside of it.</summary>
internal sealed class ConnectionPath(TimeProvider time)
{
    /// <summary>Outermost: keeps the listener's count true whatever ends the connection.</summary>
    public static async Task CountAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Features.Get<TrackedConnection>()?.Closed();
        }
    }

    /// <summary>Innermost: the bytes are clear text now and the protocol is known.</summary>
    public async Task InspectAsync(ConnectionContext connection, ConnectionKind kind, ConnectionDelegate next)
    {
        TrackedConnection tracked = connection.Features.GetRequiredFeature<TrackedConnection>();
        ConnectionFacts facts = tracked.Facts;
        if (facts.Secure)
        {
            string? name = connection.Features.Get<ITlsHandshakeFeature>()?.HostName;
            facts.Sni = string.IsNullOrEmpty(name) ? null : name.TrimEnd('.');
            facts.ClientCertificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } sent ? ClientCertificateFacts.Of(sent) : null;
        }

        tracked.Opened();
        IDuplexPipe transport = connection.Transport;
        using ConnectionDeadline? headers = tracked.Terms.HeaderTimeout is { } limit ? new ConnectionDeadline(connection, limit, "The request's headers took too long", time) : null;
        try
        {
            connection.Transport = SpeaksHttp2(connection, kind) ? BudgetFrames(tracked, transport) : InspectMessages(tracked, headers, transport);
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    private static bool SpeaksHttp2(ConnectionContext connection, ConnectionKind kind) =>
        kind == ConnectionKind.Http2
        || (kind == ConnectionKind.TlsHttp2
            && connection.Features.Get<ISslStreamFeature>()?.SslStream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2);

    private DuplexTransport BudgetFrames(TrackedConnection tracked, IDuplexPipe transport)
    {
        tracked.RequestBegun();
        var budget = new FrameBudget(time);
        return new DuplexTransport(new BudgetedReader(transport.Input, budget, tracked.Abort), new CountedWriter(transport.Output, budget));
    }

    private static DuplexTransport InspectMessages(TrackedConnection tracked, ConnectionDeadline? headers, IDuplexPipe transport)
    {
        var inspector = new Http1Inspector();
        tracked.Facts.Inspector = inspector;
        return new DuplexTransport(new InspectedReader(transport.Input, inspector, tracked.RequestBegun, headers), transport.Output);
    }
}
