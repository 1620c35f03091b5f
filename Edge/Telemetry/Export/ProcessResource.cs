using System.Collections;
using Mesh.Edge.Hosting;
using Mesh.Edge.Settings;
using OpenTelemetry.Resources;

namespace Mesh.Edge.Telemetry.Export;

/// <summary>
/// What this process is, in the attributes of OpenTelemetry's resource conventions; what <c>OTEL_RESOURCE_ATTRIBUTES</c> and
/// <c>OTEL_SERVICE_NAME</c> say wins.
/// </summary>
internal static class ProcessResource
{
    private const string ServiceNamespace = "mesh";

    /// <summary>Id of this process.</summary>
    private static readonly string Instance = Guid.NewGuid().ToString();

    /// <param name="service"><c>mesh-edge</c> or <c>mesh</c>.</param>
    public static void Describe(ResourceBuilder builder, string service, EdgeSettings settings, IDictionary environment)
    {
        string instance = Instance;
        Dictionary<string, object> attributes = new()
        {
            ["host.name"] = Environment.MachineName,
        };
        Add(attributes, "mesh.region", settings.Region);
        Add(attributes, "mesh.zone", settings.Zone);
        if (environment["CONTAINER_APP_NAME"] is string { Length: > 0 } app)
        {
            // Set by Azure Container Apps in every replica.
            attributes["cloud.provider"] = "azure";
            attributes["cloud.platform"] = "azure.container_apps";
            attributes["container.name"] = app;
            Add(attributes, "mesh.aca.revision", environment["CONTAINER_APP_REVISION"] as string);
            Add(attributes, "cloud.region", settings.Region);
            Add(attributes, "cloud.availability_zone", settings.Zone);
            instance = environment["CONTAINER_APP_REPLICA_NAME"] as string ?? instance;
        }

        builder.Clear()
            .AddService(service, ServiceNamespace, MeshVersion.Current, autoGenerateServiceInstanceId: false, instance)
            .AddAttributes(attributes)
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
    }

    private static void Add(Dictionary<string, object> attributes, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            attributes[name] = value;
        }
    }
}
