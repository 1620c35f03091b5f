using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Mesh.Edge.Sync.Remote;

/// <summary>Asks an Admin API for the gateways, so that an edge needs neither the store nor its credentials.</summary>
internal sealed class GatewayDirectory : IDisposable
{
    private const int MaxAnswerBytes = 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly HttpClient client;
    private readonly Uri address;

    /// <param name="controlPlane">Base URL of the Admin API.</param>
    /// <param name="edgeToken">Sent as bearer token; null sends none.</param>
    public GatewayDirectory(Uri controlPlane, string? edgeToken)
    {
        address = new Uri(controlPlane.AbsoluteUri.TrimEnd('/') + "/gateways");
        client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1), UseCookies = false })
        {
            Timeout = Timeout,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        if (edgeToken is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", edgeToken);
        }
    }

    /// <exception cref="IOException">No usable list; the message says why.</exception>
    public async Task<GatewayList> Read(CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync(address, cancel);
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                throw new IOException($"{address} refuses this edge ({(int)response.StatusCode}): MESH_EDGE_TOKEN must be the one of the control plane");
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new IOException($"{address} answers {(int)response.StatusCode}: MESH_CONTROL_PLANE must be the URL of a Mesh Admin API");
            }

            byte[] body = await response.Content.ReadAsByteArrayAsync(cancel);
            return Parse(JsonSerializer.Deserialize(body, GatewayJson.Default.GatewayDocument));
        }
        catch (JsonException failure)
        {
            throw new IOException($"{address} does not answer a list of gateways: {failure.Message}", failure);
        }
        catch (HttpRequestException failure)
        {
            throw new IOException($"{address} cannot be asked for gateways: {failure.Message}", failure);
        }
        catch (OperationCanceledException failure) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"{address} has not answered within {Timeout.TotalSeconds:0} s", failure);
        }
    }

    public void Dispose() => client.Dispose();

    private GatewayList Parse(GatewayDocument? document)
    {
        if (document is not { ClusterId: { Length: > 0 } cluster, ServiceId: { Length: > 0 } service, Gateways: { } texts })
        {
            throw new IOException($"{address} answers a list of gateways without cluster_id, service_id or gateways");
        }

        List<IPEndPoint> gateways = [];
        foreach (string text in texts)
        {
            gateways.Add(IPEndPoint.TryParse(text, out IPEndPoint? gateway) && gateway.Port != 0
                ? gateway
                : throw new IOException($"{address} names a gateway that is not an address and a port: {text}"));
        }

        return gateways.Count > 0 ? new GatewayList(cluster, service, gateways) : throw new IOException($"{address} knows no live gateway");
    }
}
