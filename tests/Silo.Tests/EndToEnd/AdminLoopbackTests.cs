using System.Net;
using System.Net.Http.Json;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;

namespace Mesh.Silo.Tests.EndToEnd;

/// <summary>Mesh before its own Admin API, as Kong advises ("API loopback"), and what must not open it by accident.</summary>
public class AdminLoopbackTests
{
    private const string Key = "open-sesame";

    [Fact]
    public async Task A_service_with_a_key_before_it_opens_the_Admin_API_to_who_has_the_key()
    {
        await using var gateway = new Gateway();
        await gateway.Start();
        await Publish(gateway, gateway.Admin);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask(gateway, HttpMethod.Get, "/services")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask(gateway, HttpMethod.Get, "/services", ("apikey", "guessed"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Ask(gateway, HttpMethod.Get, "/services", ("apikey", Key))).StatusCode);

        // What a client says of where it comes from reaches the Admin API and is not believed there.
        using HttpResponseMessage self = await Ask(gateway, HttpMethod.Get, "/access/self", ("apikey", Key), ("X-Forwarded-For", "192.0.2.7"), ("Forwarded", "for=192.0.2.7"), ("X-Real-IP", "192.0.2.7"));
        JsonElement caller = await self.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(("127.0.0.1", "loopback"), (caller.GetProperty("address").GetString(), caller.GetProperty("credential").GetString()));

        // A page that has the key put into a visitor's browser still may not write.
        Assert.Equal(HttpStatusCode.Forbidden, (await Ask(gateway, HttpMethod.Delete, "/services/none", ("apikey", Key), ("Origin", "https://attacker.example"))).StatusCode);

        // With the visitor's host name kept the Admin API does not know itself.
        await gateway.Put("/routes/admin", new { paths = new[] { "/admin-api" }, preserve_host = true, service = new { name = "admin" } });
        Assert.Equal(HttpStatusCode.Forbidden, (await Ask(gateway, HttpMethod.Get, "/services", ("apikey", Key), ("Host", "gateway.example"))).StatusCode);
    }

    [Fact]
    public async Task Where_everybody_needs_a_credential_a_service_gives_no_right_of_its_own()
    {
        await using var gateway = new Gateway(new() { ["MESH_ADMIN_TOKEN"] = "the-token", ["MESH_ADMIN_AUTH"] = "required" });
        gateway.Admin.DefaultRequestHeaders.Add("Kong-Admin-Token", "the-token");
        await gateway.Start();
        await Publish(gateway, gateway.Admin);
        using HttpResponseMessage made = await gateway.Admin.PostAsJsonAsync("/access/tokens", new { name = "outside", role = "viewer" });
        string token = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;

        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask(gateway, HttpMethod.Get, "/services", ("apikey", Key))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Ask(gateway, HttpMethod.Get, "/services", ("apikey", Key), ("Kong-Admin-Token", token))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Ask(gateway, HttpMethod.Delete, "/services/admin", ("apikey", Key), ("Kong-Admin-Token", token))).StatusCode);
        JsonElement audit = await gateway.Get("/audit?kind=denied&size=1");
        Assert.Equal("token outside", audit.GetProperty("data")[0].GetProperty("credential").GetString());
    }

    [Fact]
    public async Task Where_others_than_this_machine_have_credentials_a_service_is_not_this_machine()
    {
        int port = MeshProcess.FreePorts(1)[0];
        await using var gateway = new Gateway(new() { ["MESH_ADMIN_AUTH"] = "loopback", ["MESH_STREAM_LISTEN"] = $"127.0.0.1:{port}" });
        await gateway.Start();
        await Publish(gateway, gateway.Admin);
        using HttpResponseMessage made = await gateway.Admin.PostAsJsonAsync("/access/tokens", new { name = "outside", role = "operator" });
        string token = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;

        // Over the proxy's own connections, those of the library (an upgrade) and a stream, by each name of this machine; with the next
        // refusal from one address the answer would be 429.
        foreach (string host in new[] { "127.0.0.1", "localhost", "0.0.0.0" })
        {
            await gateway.Put("/services/admin", new { url = $"http://{host}:{gateway.AdminPort}" });
            Assert.Equal(HttpStatusCode.Unauthorized, (await Ask(gateway, HttpMethod.Get, "/services", ("apikey", Key))).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await Ask(gateway, HttpMethod.Get, "/services", ("apikey", Key), ("Connection", "Upgrade"), ("Upgrade", "none"))).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await Ask(gateway, HttpMethod.Get, "/services", ("apikey", Key), ("Kong-Admin-Token", token))).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await Ask(gateway, HttpMethod.Get, "/access/tokens", ("apikey", Key), ("Kong-Admin-Token", token))).StatusCode);
        }

        await gateway.Put("/services/bytes", new { protocol = "tcp", host = "127.0.0.1", port = gateway.AdminPort });
        await gateway.Put("/routes/bytes", new { protocols = new[] { "tcp" }, destinations = new[] { new { port } }, service = new { name = "bytes" } });
        using HttpClient stream = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.Equal(HttpStatusCode.Unauthorized, (await stream.GetAsync("/services")).StatusCode);

        // The machine's own callers are who they were.
        for (int again = 0; again < 20; again++)
        {
            using HttpClient local = new() { BaseAddress = gateway.Admin.BaseAddress };
            Assert.Equal(HttpStatusCode.OK, (await local.GetAsync("/services")).StatusCode);
        }
    }

    [Fact]
    public async Task A_forwarding_header_makes_nobody_local()
    {
        if (OwnAddress() is not { } address)
        {
            Assert.Skip("this machine has no address but loopback");
            return;
        }

        int port = MeshProcess.FreePorts(1)[0];
        await using var gateway = new Gateway(new() { ["MESH_ADMIN_LISTEN"] = $"0.0.0.0:{port}", ["MESH_ADMIN_AUTH"] = "loopback" });
        gateway.Process.Start();
        using HttpClient local = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using HttpClient remote = new() { BaseAddress = new Uri($"http://{address}:{port}") };
        await gateway.Process.Until(async () => (await local.GetAsync("/status")).IsSuccessStatusCode, "the Admin API answers");
        foreach ((string name, string value) in new[] { ("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=127.0.0.1"), ("X-Real-IP", "127.0.0.1"), ("Host", "127.0.0.1") })
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/services");
            request.Headers.TryAddWithoutValidation(name, value);
            Assert.Equal(HttpStatusCode.Unauthorized, (await remote.SendAsync(request)).StatusCode);
        }

        using HttpResponseMessage made = await local.PostAsJsonAsync("/access/tokens", new { name = "first", role = "admin" });
        remote.DefaultRequestHeaders.Authorization = new("Bearer", (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString());
        Assert.Equal(HttpStatusCode.OK, (await remote.GetAsync("/services")).StatusCode);
    }

    private static async Task Publish(Gateway gateway, HttpClient admin)
    {
        await gateway.Put("/services/admin", new { url = $"http://127.0.0.1:{gateway.AdminPort}" });
        await gateway.Put("/consumers/operator", new { });
        using HttpResponseMessage key = await admin.PostAsJsonAsync("/consumers/operator/key-auth", new { key = Key });
        using HttpResponseMessage plugin = await admin.PostAsJsonAsync("/services/admin/plugins", new { name = "key-auth", config = new { hide_credentials = true } });
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (key.StatusCode, plugin.StatusCode));
        await gateway.Put("/routes/admin", new { paths = new[] { "/admin-api" }, service = new { name = "admin" } });
    }

    private static async Task<HttpResponseMessage> Ask(Gateway gateway, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, $"/admin-api{path}");
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await gateway.Proxy.SendAsync(request);
    }

    private static IPAddress? OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(entry => entry.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
}
