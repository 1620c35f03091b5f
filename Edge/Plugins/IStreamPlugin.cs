namespace Mesh.Edge.Plugins;

/// <summary>A plugin that also acts on streams: before a target is chosen, and before TLS.</summary>
internal interface IStreamPlugin : IPlugin
{
    /// <inheritdoc cref="IPlugin.Build"/>
    StreamStep BuildStream(PluginInstance instance, StreamStep next);
}
