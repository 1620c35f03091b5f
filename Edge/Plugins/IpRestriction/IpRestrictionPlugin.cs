using Mesh.Abstractions.Schemas;
using Mesh.Edge.Pipeline;
using Mesh.Edge.Streams;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Plugins.IpRestriction;

/// <summary>Lets through or refuses clients by address. The address is the client's own: a trusted proxy's word counts.</summary>
internal sealed class IpRestrictionPlugin : IStreamPlugin
{
    public PluginSchema Schema => IpRestrictionSettings.Schema;

    public RequestStep Build(PluginInstance instance, RequestStep next)
    {
        IpRestrictionSettings settings = instance.Read<IpRestrictionSettings>();
        AddressSet? deny = settings.Deny is { Length: > 0 } denied ? new AddressSet(denied) : null;
        AddressSet? allow = settings.Allow is { Length: > 0 } allowed ? new AddressSet(allowed) : null;
        double status = settings.Status ?? StatusCodes.Status403Forbidden;
        return exchange =>
            deny?.Contains(exchange.ClientAddress) == true || allow?.Contains(exchange.ClientAddress) == false
                ? Answer.Refusal(exchange, status, settings.Message ?? $"IP address not allowed: {exchange.ClientAddress}")
                : next(exchange);
    }

    /// <summary>A stream is closed without a word: there is no answer that every protocol would understand.</summary>
    public StreamStep BuildStream(PluginInstance instance, StreamStep next)
    {
        IpRestrictionSettings settings = instance.Read<IpRestrictionSettings>();
        AddressSet? deny = settings.Deny is { Length: > 0 } denied ? new AddressSet(denied) : null;
        AddressSet? allow = settings.Allow is { Length: > 0 } allowed ? new AddressSet(allowed) : null;
        return exchange =>
        {
            if (deny?.Contains(exchange.ClientAddress) == true || allow?.Contains(exchange.ClientAddress) == false)
            {
                exchange.Refuse(StreamStatus.Forbidden, "IP address not allowed");
                return ValueTask.CompletedTask;
            }

            return next(exchange);
        };
    }
}
