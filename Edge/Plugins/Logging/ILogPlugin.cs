using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.Logging;

/// <summary>
/// A plugin that does not act on requests and streams but hears of each when it has ended, whoever answered. One that
/// cannot be built is reported and left out: a log that fails must not fail requests.
/// </summary>
internal interface ILogPlugin : IPlugin
{
    /// <exception cref="FormatException">The settings cannot be served by this edge; the message is the reason reported.</exception>
    LogStep BuildLog(PluginInstance instance);

    /// <summary>The same for streams.</summary>
    /// <inheritdoc cref="BuildLog"/>
    StreamLogStep BuildStreamLog(PluginInstance instance);

    RequestStep IPlugin.Build(PluginInstance instance, RequestStep next) => next;
}
