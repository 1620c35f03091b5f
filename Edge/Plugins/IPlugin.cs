using System.Text.Json;
using Mesh.Abstractions.Entities;
using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins;

/// <summary>
/// A plugin: a name, the declaration of its settings and a way to wrap the rest of the pipeline. Everything that can be
/// worked out from the settings is worked out in <see cref="Build"/>, once per revision in which they changed.
/// </summary>
internal interface IPlugin
{
    PluginSchema Schema { get; }

    /// <summary>The step that runs this instance and then <paramref name="next"/> (or answers instead).</summary>
    /// <exception cref="FormatException">The settings cannot be served by this edge; the message is the reason reported.</exception>
    RequestStep Build(PluginInstance instance, RequestStep next);
}

/// <summary>A configured plugin.</summary>
/// <param name="Entity">The plugin entity.</param>
/// <param name="Settings">Its <c>config</c>, defaults filled in.</param>
/// <param name="State">State that outlives revisions.</param>
internal sealed record PluginInstance(Plugin Entity, JsonElement Settings, PluginState State);
