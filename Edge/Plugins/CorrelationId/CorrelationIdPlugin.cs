using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;

namespace Mesh.Edge.Plugins.CorrelationId;

/// <summary>Gives every request an id by which the upstream's and the client's notes of it can be brought together.</summary>
internal sealed class CorrelationIdPlugin(TimeProvider time) : IPlugin
{
    private readonly IdGenerators generators = new(time);

    public PluginSchema Schema => CorrelationIdSettings.Schema;

    public RequestStep Build(PluginInstance instance, RequestStep next)
    {
        CorrelationIdSettings settings = instance.Read<CorrelationIdSettings>();
        string name = CorrelationIdSettings.IsUsable(settings.HeaderName)
            ? settings.HeaderName
            : throw new FormatException($"'{settings.HeaderName}' is not a valid header");
        Func<Exchange, string> generate = generators.Find(settings.Generator);
        return exchange =>
        {
            // The first of several is the id, as Kong reads it; the upstream still gets what the client sent.
            string? id = exchange.Http.Request.Headers[name] is [{ Length: > 0 } sent, ..] ? sent : null;
            if (id is null)
            {
                id = generate(exchange);
                exchange.Http.Request.Headers[name] = id;
            }

            if (settings.EchoDownstream)
            {
                exchange.OnResponseHeaders(answered => answered.Http.Response.Headers[name] = id);
            }

            return next(exchange);
        };
    }
}
