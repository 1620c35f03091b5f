using System.Diagnostics;
using System.Globalization;
using Mesh.Silo.Admin.Access;
using Mesh.Silo.Admin.Audit;
using Mesh.Silo.Admin.Bodies;
using Mesh.Silo.Admin.Errors;
using Mesh.Silo.Admin.Guard;
using Mesh.Silo.Admin.Preconditions;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Silo.Admin;

/// <summary>Every Admin request from left to right: who asks, resource, method, endpoint, headers, body.</summary>
internal sealed class AdminPipeline
{
    private readonly AdminServices services;
    private readonly AdminGuard guard;
    private readonly Gatekeeper gate;
    private readonly AuditTrail audit;
    private readonly ILogger log;
    private readonly string server;

    public AdminPipeline(AdminServices services)
    {
        this.services = services;
        log = services.Logging.CreateLogger("Mesh.Admin");
        guard = new AdminGuard(services.Settings.Admin);
        audit = new AuditTrail(services.Grains, services.Time, log);
        gate = new Gatekeeper(services, guard, audit);
        server = $"mesh/{services.Node.Version}";
    }

    public async Task Handle(HttpContext http)
    {
        long start = services.Time.GetTimestamp();
        using Activity? span = AdminSignals.Begin(http.Request);
        AdminAnswer answer = await Answer(http);
        AdminSignals.Describe(span, answer);
        IHeaderDictionary headers = http.Response.Headers;
        headers.Server = server;
        SafetyHeaders.AddTo(headers);
        headers["X-Kong-Admin-Latency"] = ((long)services.Time.GetElapsedTime(start).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        if (answer.Revision is { } revision)
        {
            headers["X-Mesh-Revision"] = revision.ToString(CultureInfo.InvariantCulture);
        }

        headers.Vary = "Origin";
        string? origin = http.Request.Headers.Origin;
        if (!string.IsNullOrEmpty(origin) && guard.IsAllowedOrigin(http.Request, origin))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowCredentials = "true";
            headers.AccessControlExposeHeaders = "ETag, X-Mesh-Revision, X-Mesh-Edges, X-Kong-Admin-Latency";
        }

        await AnswerWriter.Write(http, answer);
    }

    private async Task<AdminAnswer> Answer(HttpContext http)
    {
        string[]? path = AdminPath.Split(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        FoundResource? found = path is null ? null : services.Router.Find(path);
        try
        {
            Admission admission = await gate.Admit(http, found);
            if (admission.Caller is not { } caller)
            {
                return admission.Refusal!;
            }

            AdminContext context = new(http, services, found?.Workspace ?? AdminRouter.DefaultWorkspace, caller);
            AdminAnswer answer = await Answer(context, found);
            if (IsWrite(context, found))
            {
                await audit.Written(caller, http.Request.Method, found!, answer);
            }

            return answer;
        }
        catch (Exception e)
        {
            return FailureAnswer.Of(e, http, log);
        }
    }

    private async Task<AdminAnswer> Answer(AdminContext context, FoundResource? found)
    {
        if (context.Http.Request.QueryString.Value.AsSpan().Count('&') >= RequestBody.MaxArguments)
        {
            return AdminAnswer.Message(StatusCodes.Status400BadRequest, "Too many arguments");
        }

        try
        {
            AdminAnswer answer = found is null ? AdminAnswer.NotFound : await Run(context, found.Resource);
            return answer.Revision is null ? answer with { Revision = await context.Workspace.Head() } : answer;
        }
        catch (Exception e)
        {
            return FailureAnswer.Of(e, context.Http, log);
        }
    }

    private static bool IsWrite(AdminContext context, FoundResource? found) =>
        found?.Rule.OnlyAnswers == false
        && !AccessRule.IsRead(context.Http.Request.Method)
        && !HttpMethods.IsOptions(context.Http.Request.Method)
        && !context.QueryFlag("dry_run");

    private static async Task<AdminAnswer> Run(AdminContext context, AdminResource resource)
    {
        HttpContext http = context.Http;
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            return Options(http, resource);
        }

        if (resource.Handler(http.Request.Method) is not { } handler)
        {
            return AdminAnswer.Message(StatusCodes.Status405MethodNotAllowed, "Method not allowed") with { Headers = [new("Allow", resource.Allow)] };
        }

        if (resource.TakesDocument && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = context.Services.Settings.Admin.MaxConfigBytes;
        }

        try
        {
            return await MinRevision.Await(context) ?? IfNoneMatch.Apply(http.Request, await handler(context));
        }
        catch (AdminRefusal refusal)
        {
            return refusal.Answer;
        }
    }

    private static AdminAnswer Options(HttpContext http, AdminResource resource)
    {
        string? asked = http.Request.Headers.AccessControlRequestHeaders;
        return AdminAnswer.Empty(StatusCodes.Status204NoContent) with
        {
            Headers =
            [
                new("Allow", resource.Allow),
                new("Access-Control-Allow-Methods", resource.Allow),
                new("Access-Control-Allow-Headers", string.IsNullOrEmpty(asked) ? "Content-Type" : asked),
            ],
        };
    }
}
