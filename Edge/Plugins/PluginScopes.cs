namespace Mesh.Edge.Plugins;

/// <summary>The places whose plugins a request meets; null where none has plugins.</summary>
internal readonly record struct PluginScopes(PluginPlace? RouteAndService, PluginPlace? Route, PluginPlace? Service, PluginPlace Global)
{
    public PluginPlace MostSpecific => RouteAndService ?? Route ?? Service ?? Global;
}
