using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Plugins;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Tests.Plugins;

/// <summary>A plugin that writes its instance's id into the request, so that a test sees which ran and in which order.</summary>
internal sealed class MarkPlugin(string name, int priority) : IPlugin
{
    public const string Header = "X-Marks";

    public int Builds { get; private set; }

    public PluginSchema Schema { get; } = new()
    {
        Name = name,
        Version = "1.0.0",
        Priority = priority,
        Config = [Field.Boolean("broken") with { Default = "false" }],
    };

    public RequestStep Build(PluginInstance instance, RequestStep next)
    {
        Builds++;
        if (instance.Settings.GetProperty("broken").GetBoolean())
        {
            throw new FormatException("it is broken");
        }

        Counter counter = instance.State.Get(() => new Counter());
        string mark = $"{name}:{instance.Entity.Id:N}";
        return exchange =>
        {
            counter.Runs++;
            exchange.Http.Request.Headers.Append(Header, mark);
            exchange.Http.Request.Headers["X-Runs"] = counter.Runs.ToString();
            return next(exchange);
        };
    }

    private sealed class Counter
    {
        public int Runs { get; set; }
    }
}
