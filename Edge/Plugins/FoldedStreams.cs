namespace Mesh.Edge.Plugins;

/// <summary>The chains of one place for each protocol of streams, and what they were folded from.</summary>
internal sealed class FoldedStreams(in PluginScopes scopes, PluginCatalog catalog)
{
    private readonly PluginScopes scopes = scopes;
    private readonly StreamChain tcp = StreamChain.Fold(scopes, catalog, RequestProtocols.Tcp);
    private readonly StreamChain tls = StreamChain.Fold(scopes, catalog, RequestProtocols.Tls);
    private readonly StreamChain passthrough = StreamChain.Fold(scopes, catalog, RequestProtocols.TlsPassthrough);
    private readonly StreamChain udp = StreamChain.Fold(scopes, catalog, RequestProtocols.Udp);

    public bool IsOf(in PluginScopes other) => scopes == other;

    public StreamChain For(RequestProtocols protocol) => protocol switch
    {
        RequestProtocols.Tcp => tcp,
        RequestProtocols.Tls => tls,
        RequestProtocols.TlsPassthrough => passthrough,
        _ => udp,
    };
}
