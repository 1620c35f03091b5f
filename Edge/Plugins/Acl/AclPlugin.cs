using Mesh.Abstractions.Schemas;
using Mesh.Edge.Consumers;
using Mesh.Edge.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Mesh.Edge.Plugins.Acl;

/// <summary>Lets through or refuses consumers by their groups.</summary>
internal sealed class AclPlugin : IPlugin
{
    public PluginSchema Schema => AclSettings.Schema;

    public RequestStep Build(PluginInstance instance, RequestStep next)
    {
        AclSettings settings = instance.Read<AclSettings>();
        bool denies = settings.Deny is { Length: > 0 };
        HashSet<string> listed = [.. (denies ? settings.Deny : settings.Allow) ?? []];
        return exchange =>
        {
            if (exchange.Consumer is not { } consumer)
            {
                return Answer.Error(exchange, StatusCodes.Status401Unauthorized, "Unauthorized");
            }

            ConsumerGroups groups = exchange.Snapshot.Consumers.GroupsOf(consumer.Id);
            if (!denies && groups.Names.IsEmpty && exchange.Credential is null)
            {
                // The anonymous consumer without groups: who authenticates may get further.
                return Answer.Error(exchange, StatusCodes.Status401Unauthorized, "Unauthorized");
            }

            if (groups.Names.Overlaps(listed) == denies)
            {
                return Answer.Error(exchange, StatusCodes.Status403Forbidden, "You cannot consume this service");
            }

            exchange.TellGroups(settings.HideGroupsHeader ? null : groups);
            return next(exchange);
        };
    }
}
