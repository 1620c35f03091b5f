using Mesh.Abstractions.Access;
using Mesh.Silo.Admin.Audit;
using Mesh.Silo.Admin.Guard;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Silo.Admin.Access;

/// <summary>Lets a request in or refuses it: who asks, whether a browser is being made use of, and whether the path is theirs.</summary>
internal sealed class Gatekeeper(AdminServices services, AdminGuard guard, AuditTrail audit)
{
    private readonly Identifier identifier = new(services);
    private readonly FailedAttempts failures = new(services.Time);

    /// <param name="found">What is at the path; null for nothing, which only those who are known are told.</param>
    public async Task<Admission> Admit(HttpContext http, FoundResource? found)
    {
        AdminPeer peer = http.Features.GetRequiredFeature<AdminPeer>();
        string method = http.Request.Method;

        // A preflight carries no credentials and does nothing; the answer to it is for pages that may ask anyway.
        if (HttpMethods.IsOptions(method))
        {
            bool isAmbient = peer.IsTrustedBy(services.Settings.Admin);
            return isAmbient && guard.Check(http.Request) is { } foreign ? new(null, foreign) : new(new Caller("anonymous", AccessRole.Edge, "none", peer), null);
        }

        Identification who = await identifier.Identify(http, peer);
        if (who.Caller is not { } caller)
        {
            FailedAttempt attempt = failures.Note(peer);
            AdminAnswer answer = attempt.Wait is { } wait ? AccessRefusal.TooManyAttempts(wait) : AccessRefusal.Unauthorized;
            if (attempt.IsRecorded)
            {
                await audit.Denied(peer, caller: null, method, found, answer.Status, attempt.Wait is null ? who.Reason! : "too many failed attempts; those that follow are not recorded");
            }

            return new(null, answer);
        }

        if (caller.IsAmbient && guard.Check(http.Request) is { } refusal)
        {
            if (failures.Note(peer).IsRecorded)
            {
                await audit.Denied(peer, caller, method, found, refusal.Status, "foreign host name or web page");
            }

            return new(null, refusal);
        }

        if (found is { } resource && !resource.Rule.Allows(caller, method, resource.Workspace))
        {
            await audit.Denied(peer, caller, method, found, StatusCodes.Status403Forbidden, $"not for {caller.Role.ToString().ToLowerInvariant()}{(caller.IsBound ? " with its bounds" : "")}");
            return new(null, AccessRefusal.Forbidden(caller, method));
        }

        return new(caller, null);
    }
}
