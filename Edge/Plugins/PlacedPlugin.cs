using Mesh.Abstractions.Entities;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins.Logging;
using Mesh.Edge.Streams;
using Mesh.Edge.Vaults;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Plugins;

/// <summary>
/// An enabled plugin entity in its scope. One that this edge cannot serve is placed all the same and answers 500: what the
/// user meant as a guard is never skipped.
/// </summary>
internal sealed class PlacedPlugin
{
    /// <summary>A plugin that this edge does not know runs last, when the consumer is known and nothing was forwarded yet.</summary>
    private const int UnknownPriority = int.MinValue;

    private static readonly RequestStep Refuse = exchange =>
        Answer.Error(exchange, StatusCodes.Status500InternalServerError, "An unexpected error occurred");

    private static readonly StreamStep RefuseStream = static exchange =>
    {
        exchange.Refuse(StreamStatus.InternalError, "a plugin cannot be run");
        return ValueTask.CompletedTask;
    };

    private static readonly RequestStep Nothing = _ => ValueTask.CompletedTask;

    private readonly IPlugin? plugin;

    private PlacedPlugin(PluginInstance instance, IPlugin? plugin, string? refusal, LogStep? log = null, StreamLogStep? streamLog = null)
    {
        Instance = instance;
        this.plugin = plugin;
        Refusal = refusal;
        Log = log;
        StreamLog = streamLog;
        Protocols = RequestProtocol.Parse(instance.Entity.Protocols);
    }

    public PluginInstance Instance { get; }
    public Plugin Entity => Instance.Entity;
    public string Name => Entity.Name;
    public RequestProtocols Protocols { get; }

    /// <summary>Of its plugin; null when this edge does not know it.</summary>
    public int? Priority => plugin?.Schema.Priority;

    /// <summary>Why this edge cannot serve it; null when it can.</summary>
    public string? Refusal { get; }

    /// <summary>It hears of requests and does not stand in their way: refused, it is left out.</summary>
    public bool OnlyLogs => plugin is ILogPlugin;

    /// <summary>What a log plugin does when an answer has ended; null for other plugins and for one that is refused.</summary>
    public LogStep? Log { get; }

    /// <summary>The same when a stream has ended.</summary>
    public StreamLogStep? StreamLog { get; }

    public static int PriorityOf(PluginCatalog catalog, string name) => catalog.FindPlugin(name)?.Schema.Priority ?? UnknownPriority;

    /// <summary>Vault references of its settings that cannot be resolved; their fields are empty.</summary>
    public IReadOnlyList<string> Unresolved { get; private init; } = [];

    /// <param name="vaults">What references in the settings stand for.</param>
    public static PlacedPlugin Place(PluginCatalog catalog, Plugin entity, PluginState state, VaultResolver vaults)
    {
        if (catalog.FindPlugin(entity.Name) is not { } plugin)
        {
            return new PlacedPlugin(new PluginInstance(entity, entity.Config, state), null, $"plugin '{entity.Name}' is not known to this edge");
        }

        var resolved = new ReferencedSettings(entity.Config, []);
        var instance = new PluginInstance(entity, entity.Config, state);
        try
        {
            resolved = ReferencedSettings.Resolve(plugin.Schema.Config, PluginSettings.WithDefaults(plugin.Schema.Config, entity.Config), vaults);
            instance = instance with { Settings = resolved.Settings };
            LogStep? log = null;
            StreamLogStep? streamLog = null;
            if (plugin is ILogPlugin logger)
            {
                log = logger.BuildLog(instance);
                streamLog = logger.BuildStreamLog(instance);
            }
            else
            {
                plugin.Build(instance, Nothing);
            }

            return new PlacedPlugin(instance, plugin, null, log, streamLog) { Unresolved = resolved.Problems };
        }
        catch (FormatException problem)
        {
            return new PlacedPlugin(instance, plugin, resolved.Guard(problem.Message)) { Unresolved = resolved.Problems };
        }
        catch (Exception problem)
        {
            // A plugin's own fault must not take the rest of the configuration with it. Messages of unforeseen exceptions may
            // quote settings, so only the kind is told.
            return new PlacedPlugin(instance, plugin, $"plugin '{entity.Name}' failed to build: {problem.GetType().Name}") { Unresolved = resolved.Problems };
        }
    }

    /// <summary>The step of this plugin. Never throws: what built once on trial and does not again is refused like the rest.</summary>
    public RequestStep Build(RequestStep next)
    {
        if (Refusal is not null)
        {
            return Refuse;
        }

        try
        {
            return plugin!.Build(Instance, next);
        }
        catch (Exception)
        {
            return Refuse;
        }
    }

    /// <summary>The same for streams. A plugin that does not know them closes them: what stands in a scope is never skipped.</summary>
    public StreamStep BuildStream(StreamStep next)
    {
        if (Refusal is not null || plugin is not IStreamPlugin streams)
        {
            return RefuseStream;
        }

        try
        {
            return streams.BuildStream(Instance, next);
        }
        catch (Exception)
        {
            return RefuseStream;
        }
    }
}
