using Mesh.Abstractions.Configuration;

namespace Mesh.Silo.Admin.Upstreams;

/// <summary>
/// <c>/upstreams/{u}/targets/{t}[/{address}]/healthy</c> and <c>…/unhealthy</c>. While no edge checks targets there is nothing to
/// mark, and a mark without effect would deceive whoever wants traffic gone.
/// </summary>
internal static class TargetHealthEndpoint
{
    private const string Refusal = "Targets are not checked, so none can be marked: give the target weight 0 to take it out of rotation";

    public static AdminResource One(string upstream, string target) => new()
    {
        Put = async context =>
        {
            EntityReading reading = await context.Workspace.Read(EntityKinds.Targets, target, new EntityParent("upstream", EntityKinds.Upstreams, upstream));
            return reading.Document is null ? AdminAnswer.NotFound : AdminAnswer.Message(StatusCodes.Status400BadRequest, Refusal);
        },
    };
}
